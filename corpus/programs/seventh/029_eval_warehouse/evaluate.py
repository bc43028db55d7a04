"""Evaluate a trained RecurrentPPO picker on random and on fixed orders and write a CSV.

    python evaluate.py models/picker.zip --episodes 100 --csv result.csv
"""
import argparse
import csv
import time

import numpy as np
from sb3_contrib import RecurrentPPO

from warehouse import WarehouseEnv


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--items", type=int, default=3)
    parser.add_argument("--stochastic", action="store_true")
    parser.add_argument("--csv", default=None)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def run_episode(model, env, seed, deterministic):
    obs, info = env.reset(seed=seed)
    done = False
    total_reward = 0.0
    steps = 0
    while not done:
        action, _states = model.predict(obs, deterministic=deterministic)
        obs, reward, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        total_reward += reward
        steps += 1
    return {"reward": total_reward, "steps": steps, "picked": info["picked"]}


def summarize(name, rows, n_items):
    rewards = np.array([r["reward"] for r in rows])
    steps = np.array([r["steps"] for r in rows])
    success = np.mean([r["picked"] == n_items for r in rows])
    print(f"{name:>8}: reward {rewards.mean():.2f} +- {rewards.std():.2f}  "
          f"steps {steps.mean():.1f}  success {100 * success:.1f}%")


def main():
    args = parse_args()
    model = RecurrentPPO.load(args.model)
    results = []
    for name, fixed in (("random", False), ("fixed", True)):
        env = WarehouseEnv(n_items=args.items, fixed_orders=fixed)
        start = time.time()
        rows = []
        for episode in range(args.episodes):
            row = run_episode(model, env, args.seed + episode, not args.stochastic)
            row["setting"] = name
            row["episode"] = episode
            rows.append(row)
        summarize(name, rows, args.items)
        print(f"          {time.time() - start:.1f}s")
        results.extend(rows)

    if args.csv:
        with open(args.csv, "w", newline="") as f:
            writer = csv.DictWriter(f, fieldnames=["setting", "episode", "reward", "steps", "picked"])
            writer.writeheader()
            writer.writerows(results)


if __name__ == "__main__":
    main()
