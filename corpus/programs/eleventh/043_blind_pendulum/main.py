import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from blind_env import make


def train(args):
    venv = make_vec_env(make, n_envs=args.envs)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=256,
        learning_rate=1e-3,
        gamma=0.9,
        policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True),
        tensorboard_log=args.tb,
        verbose=1,
        seed=args.seed,
    )
    model.learn(args.steps)
    model.save(args.model)
    venv.close()


def play(args):
    model = RecurrentPPO.load(args.model)
    env = make("human" if args.render else None)
    returns = []
    angles = []
    lstm_states = None
    episode_start = np.ones((1,), dtype=bool)
    obs, _ = env.reset(seed=args.seed)
    total = 0.0
    while len(returns) < args.episodes:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_start, deterministic=True
        )
        obs, reward, terminated, truncated, _ = env.step(action)
        total += float(reward)
        angles.append(float(np.arctan2(obs[1], obs[0])))
        if terminated or truncated:
            upright = np.mean(np.abs(angles[-50:]) < 0.2)
            print(f"episode {len(returns):3d}  return {total:8.1f}  upright {upright:.0%}")
            returns.append(total)
            total, angles = 0.0, []
            obs, _ = env.reset()
    print(f"mean {np.mean(returns):.1f} +- {np.std(returns):.1f}")
    env.close()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("mode", choices=["train", "play"])
    ap.add_argument("--model", default="blind_pendulum.zip")
    ap.add_argument("--steps", type=int, default=300_000)
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--episodes", type=int, default=20)
    ap.add_argument("--render", action="store_true")
    ap.add_argument("--tb", default=None)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    if args.mode == "play" and not os.path.exists(args.model):
        ap.error(f"{args.model} does not exist, train first")
    {"train": train, "play": play}[args.mode](args)


if __name__ == "__main__":
    main()
