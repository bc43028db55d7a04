"""Compare several RecurrentPPO checkpoints on the running conveyor line.

The line simulator cannot be restarted quickly, so each checkpoint drives for a
shift of --steps steps and then hands over to the next one.
"""
import argparse
import csv
from glob import glob

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

import conveyor_gym  # noqa: F401


def natural(path):
    digits = "".join(c for c in path if c.isdigit())
    return int(digits or 0)


def run_shift(model, env, obs, lstm_states, starts, n_steps):
    total, jams, latencies = 0.0, 0, []
    for _ in range(n_steps):
        actions, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=starts, deterministic=True
        )
        obs, rewards, starts, infos = env.step(actions)
        total += float(rewards.sum())
        for info in infos:
            jams += int(info.get("jam", False))
            if "latency" in info:
                latencies.append(info["latency"])
    row = {
        "reward": total,
        "jams": jams,
        "latency": float(np.mean(latencies)) if latencies else float("nan"),
    }
    return row, obs, lstm_states, starts


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--glob", default="runs/conveyor/rl_model_*_steps.zip")
    ap.add_argument("--steps", type=int, default=5000)
    ap.add_argument("--lines", type=int, default=4)
    ap.add_argument("--out", default="shifts.csv")
    args = ap.parse_args()

    paths = sorted(glob(args.glob), key=natural)
    env = DummyVecEnv([lambda: gym.make("Conveyor-v2") for _ in range(args.lines)])
    model = RecurrentPPO.load(paths[0], env=env)

    obs = env.reset()
    lstm_states = None
    starts = np.ones((args.lines,), dtype=bool)
    rows = []
    for path in paths:
        model.set_parameters(path)
        row, obs, lstm_states, starts = run_shift(
            model, env, obs, lstm_states, starts, args.steps
        )
        row["checkpoint"] = path
        rows.append(row)
        print(path, row)

    with open(args.out, "w", newline="") as f:
        w = csv.DictWriter(f, fieldnames=["checkpoint", "reward", "jams", "latency"])
        w.writeheader()
        w.writerows(rows)
    best = max(rows, key=lambda r: r["reward"])
    print("best checkpoint:", best["checkpoint"])


if __name__ == "__main__":
    main()
