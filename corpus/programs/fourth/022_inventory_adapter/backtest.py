"""Backtest an ordering policy against base-stock on held-out demand."""
import argparse
import json

import numpy as np

from inventory.adapter import BaseStock, RecurrentAgent
from inventory.store_env import StoreEnv


def run_year(env, agent, seed):
    obs, _ = env.reset(seed=seed)
    agent.reset()
    costs, filled = [], []
    done = False
    while not done:
        action = agent.order(obs)
        obs, reward, terminated, truncated, info = env.step(action)
        costs.append(-reward)
        filled.append(info["fill_rate"])
        done = terminated or truncated
    return float(np.sum(costs)), float(np.mean(filled))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--years", type=int, default=20)
    ap.add_argument("--lead-time", type=int, default=4)
    ap.add_argument("--json", default=None)
    args = ap.parse_args()
    env = StoreEnv(lead_time=args.lead_time)
    agents = {"base-stock": BaseStock(env.suggested_level()), "rppo": RecurrentAgent(args.model)}
    table = {}
    for name, agent in agents.items():
        rows = np.array([run_year(env, agent, 10_000 + y) for y in range(args.years)])
        table[name] = {"cost": rows[:, 0].mean(), "cost_std": rows[:, 0].std(), "fill": rows[:, 1].mean()}
        print(f"{name:12} cost {rows[:, 0].mean():10.1f} +- {rows[:, 0].std():.1f}  fill {rows[:, 1].mean():.3f}")
    if args.json:
        with open(args.json, "w") as f:
            json.dump(table, f, indent=2)


if __name__ == "__main__":
    main()
