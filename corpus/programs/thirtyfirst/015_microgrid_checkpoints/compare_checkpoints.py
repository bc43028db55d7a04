#!/usr/bin/env python3
"""Table of all checkpoints of a run: return, load not served and diesel hours a week."""
import argparse
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from microgrid import Microgrid


def steps_of(path):
    m = re.search(r"_(\d+)_steps", path.stem)
    return int(m.group(1)) if m else sys.maxsize


def make_env(n_envs, seed, stats=None):
    venv = DummyVecEnv([Microgrid for _ in range(n_envs)])
    venv.seed(seed)
    if stats is not None and stats.exists():
        venv = VecNormalize.load(str(stats), venv)
        venv.training = False
        venv.norm_reward = False
    return venv


def run_weeks(model, venv, n_weeks):
    n_envs = venv.num_envs
    obs = venv.reset()
    lstm_states = None
    starts = np.ones((n_envs,), dtype=bool)
    totals = np.zeros(n_envs)
    shed = np.zeros(n_envs)
    diesel = np.zeros(n_envs)
    weeks = []
    while len(weeks) < n_weeks:
        actions, lstm_states = model.predict(obs, state=lstm_states, episode_start=starts, deterministic=True)
        obs, rewards, dones, infos = venv.step(actions)
        totals += rewards
        shed += [info["shed"] for info in infos]
        diesel += [info["diesel"] for info in infos]
        for i in np.flatnonzero(dones):
            weeks.append((totals[i], shed[i], diesel[i]))
            totals[i] = shed[i] = diesel[i] = 0.0
    return np.array(weeks[:n_weeks])


def summarise(name, weeks):
    mean, std = weeks.mean(axis=0), weeks.std(axis=0)
    return {"checkpoint": name, "return": mean[0], "return_std": std[0], "not_served": mean[1], "diesel_h": mean[2]}


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("run", type=Path)
    ap.add_argument("--weeks", type=int, default=52)
    ap.add_argument("--envs", type=int, default=4)
    ap.add_argument("--seed", type=int, default=2024)
    ap.add_argument("--device", default="cpu")
    ap.add_argument("--csv", type=Path)
    args = ap.parse_args()

    checkpoints = sorted(args.run.glob("*.zip"), key=steps_of)
    if not checkpoints:
        ap.error(f"no checkpoints in {args.run}")
    rows = []
    for path in checkpoints:
        model = RecurrentPPO.load(path, device=args.device)
        venv = make_env(args.envs, args.seed, args.run / "vecnormalize.pkl")
        rows.append(summarise(path.stem, run_weeks(model, venv, args.weeks)))
        print(f"{path.stem:32s} {rows[-1]['return']:9.2f} +- {rows[-1]['return_std']:.2f}", flush=True)
        venv.close()
    table = pd.DataFrame(rows).sort_values("return", ascending=False)
    print(table.to_string(index=False, float_format="%.2f"))
    if args.csv:
        table.to_csv(args.csv, index=False)


if __name__ == "__main__":
    main()
