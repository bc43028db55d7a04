#!/usr/bin/env python
import argparse
import csv

import numpy as np
import ray
from ray.rllib.algorithms.algorithm import Algorithm
from ray.tune.registry import register_env

from portfolio_env import PortfolioEnv


def run_episode(algo, env, explore):
    policy = algo.get_policy()
    state = policy.get_initial_state()
    obs, _ = env.reset()
    done = False
    values, trades, held = [1.0], 0, 0
    while not done:
        action, state, _ = algo.compute_single_action(obs, state=state, explore=explore)
        if action != held:
            trades += 1
            held = action
        obs, _, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        values.append(info["value"])
    return np.array(values), trades


def drawdown(values):
    peak = np.maximum.accumulate(values)
    return float(((peak - values) / peak).max())


def sharpe(values):
    r = np.diff(np.log(values))
    return float(np.sqrt(252) * r.mean() / (r.std() + 1e-9))


def main():
    p = argparse.ArgumentParser(description="Backtest a PPO-LSTM checkpoint")
    p.add_argument("checkpoint")
    p.add_argument("csv")
    p.add_argument("--start", default="2022-01-01")
    p.add_argument("--end", default=None)
    p.add_argument("--episodes", type=int, default=20)
    p.add_argument("--explore", action="store_true")
    p.add_argument("--out", default="backtest.csv")
    args = p.parse_args()

    ray.init(ignore_reinit_error=True, log_to_driver=False)
    register_env("portfolio", lambda cfg: PortfolioEnv(cfg))
    algo = Algorithm.from_checkpoint(args.checkpoint)
    env = PortfolioEnv({"csv": args.csv, "start": args.start, "end": args.end})

    rows = []
    for ep in range(args.episodes):
        values, trades = run_episode(algo, env, args.explore)
        rows.append((ep, values[-1], sharpe(values), drawdown(values), trades))
        print("episode %2d  value %.3f  sharpe %.2f  drawdown %.2f  trades %d" % rows[-1])

    with open(args.out, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["episode", "value", "sharpe", "drawdown", "trades"])
        w.writerows(rows)
    print("median value", np.median([r[1] for r in rows]))
    ray.shutdown()


if __name__ == "__main__":
    main()
