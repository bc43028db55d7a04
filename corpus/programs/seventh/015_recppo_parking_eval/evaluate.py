"""Measure how often a trained model parks in the right bay."""
import argparse
import csv

import numpy as np
from sb3_contrib import RecurrentPPO

from parking_env import ParkingEnv


def run_episode(model, env, seed, deterministic):
    obs, _ = env.reset(seed=seed)
    done = False
    episode_reward, length = 0.0, 0
    info = {}
    while not done:
        action, _states = model.predict(obs, deterministic=deterministic)
        obs, reward, terminated, truncated, info = env.step(action)
        episode_reward += reward
        length += 1
        done = terminated or truncated
    return episode_reward, length, bool(info.get("parked", False))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model", help="zip written by train.py")
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--bays", type=int, default=5)
    parser.add_argument("--stochastic", action="store_true")
    parser.add_argument("--csv", default=None)
    args = parser.parse_args()

    env = ParkingEnv(bays=args.bays)
    model = RecurrentPPO.load(args.model, device="cpu")

    rows = []
    for episode in range(args.episodes):
        reward, length, parked = run_episode(model, env, episode, not args.stochastic)
        rows.append((episode, reward, length, int(parked)))

    rewards = np.array([r[1] for r in rows])
    success = np.mean([r[3] for r in rows])
    print(f"episodes      {len(rows)}")
    print(f"reward        {rewards.mean():.2f} +/- {rewards.std():.2f}")
    print(f"mean length   {np.mean([r[2] for r in rows]):.1f}")
    print(f"success rate  {100 * success:.1f}%")

    if args.csv:
        with open(args.csv, "w", newline="") as f:
            writer = csv.writer(f)
            writer.writerow(["episode", "reward", "length", "parked"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
