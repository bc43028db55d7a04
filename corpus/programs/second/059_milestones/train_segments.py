import argparse
import logging

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from milestones.keeper import Keeper
from milestones.market import MarketReplay, synthetic_prices
from milestones.schedule import SEGMENTS

log = logging.getLogger("segments")


def venv_for(segment, prices, n):
    return DummyVecEnv([lambda: Monitor(MarketReplay(prices, fee=segment.fee, episode_bars=segment.bars)) for _ in range(n)])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--folder", default="milestones_out")
    ap.add_argument("--resume")
    ap.add_argument("--retries", type=int, default=2)
    ap.add_argument("--tolerance", type=float, default=2.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    keeper = Keeper(args.folder)
    prices = synthetic_prices(60_000)
    train, valid = prices[:48_000], prices[48_000:]

    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv_for(SEGMENTS[0], train, args.n_envs),
        n_steps=240,
        batch_size=480,
        policy_kwargs=dict(lstm_hidden_size=96),
    )
    if args.resume:
        model = model.load(args.resume, env=model.get_env())

    last_score = -np.inf
    for number, segment in enumerate(SEGMENTS):
        env = venv_for(segment, train, args.n_envs)
        eval_env = venv_for(segment, valid, 2)
        for attempt in range(args.retries + 1):
            model.set_env(env)
            model.learning_rate = segment.lr / (1 + attempt)
            model._setup_lr_schedule()
            model.learn(segment.steps)
            score, spread = evaluate_policy(model, eval_env, n_eval_episodes=20)
            log.info("segment %d attempt %d: %.3f ± %.3f", number, attempt, score, spread)
            if score > last_score - args.tolerance:
                break
            best = keeper.best()
            if best is not None:
                model = keeper.reopen(best, env)
        keeper.add(f"segment{number}", model, float(score))
        log.info("kept, %d bytes, fingerprint %s", keeper.size(f"segment{number}"), keeper.fingerprint(model))
        last_score = score

    final = RecurrentPPO.load(keeper.folder / keeper.best())
    score, spread = evaluate_policy(final, venv_for(SEGMENTS[-1], valid, 2), n_eval_episodes=50)
    print(f"best milestone {keeper.best()}: {score:.3f} ± {spread:.3f}")


if __name__ == "__main__":
    main()
