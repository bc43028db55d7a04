import argparse
import copy
import json
import logging
import random
from pathlib import Path

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from pricebot.callbacks import Safeguard
from pricebot.history import LSTMLikeMemory
from pricebot.market import MarketReplay, synthetic_prices

log = logging.getLogger("bots")


def build(i, prices, args, rng):
    venv = DummyVecEnv([lambda: Monitor(LSTMLikeMemory(MarketReplay(prices))) for _ in range(args.n_envs)])
    return PPO(
        "MlpPolicy",
        venv,
        learning_rate=10 ** rng.uniform(-4.5, -3),
        n_steps=256,
        batch_size=256,
        ent_coef=10 ** rng.uniform(-4, -2),
        policy_kwargs=dict(net_arch=[128, 128]),
        seed=i,
    )


def score(model, prices, episodes=3):
    env = LSTMLikeMemory(MarketReplay(prices))
    out = []
    for ep in range(episodes):
        obs, _ = env.reset(seed=ep)
        done = False
        while not done:
            action, _states = model.predict(obs, deterministic=True)
            obs, _, terminated, truncated, info = env.step(action)
            done = terminated or truncated
        out.append(info["equity"])
    return float(np.mean(out))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--bots", type=int, default=5)
    ap.add_argument("--n-envs", type=int, default=4)
    ap.add_argument("--chunk", type=int, default=50_000)
    ap.add_argument("--rounds", type=int, default=30)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, default=Path("lstm_bots"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    args.out.mkdir(exist_ok=True)
    rng = random.Random(args.seed)
    prices = synthetic_prices(30_000, seed=args.seed)
    train, valid = prices[:24_000], prices[24_000:]
    lstm_bots = [build(i, train, args, rng) for i in range(args.bots)]
    guards = [Safeguard(str(args.out / f"guard{i}")) for i in range(args.bots)]
    history = []
    for rnd in range(args.rounds):
        for bot, guard in zip(lstm_bots, guards):
            bot.learn(args.chunk, callback=guard, reset_num_timesteps=False)
        scores = [score(b, valid) for b in lstm_bots]
        worst, best = int(np.argmin(scores)), int(np.argmax(scores))
        history.append(scores)
        log.info("round %d %s", rnd, np.round(scores, 4))
        if worst != best:
            lstm_bots[worst].policy.load_state_dict(copy.deepcopy(lstm_bots[best].policy.state_dict()))
        lstm_bots[best].save(args.out / "best")
        (args.out / "scores.json").write_text(json.dumps(history))


if __name__ == "__main__":
    main()
