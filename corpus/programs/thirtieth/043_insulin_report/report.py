"""Time-in-range table for a folder of trained pumps.

    python report.py runs/2024-03 --patients 12 --md table.md
"""
import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

from glucose import GlucoseEnv


def cohort(n, days):
    rng = np.random.default_rng(2024)
    def maker(weight, sensitivity):
        return lambda: GlucoseEnv(weight, sensitivity, days)
    return DummyVecEnv([maker(rng.uniform(50, 100), rng.uniform(0.7, 1.4)) for _ in range(n)])


def assess(model, venv, steps):
    n = venv.num_envs
    venv.seed(7)
    obs = venv.reset()
    cells = None
    begin = np.ones((n,), dtype=bool)
    in_range, low, glucose = np.zeros(n), np.zeros(n), np.zeros((steps, n))
    ended = 0
    for t in range(steps):
        dose, cells = model.predict(obs, state=cells, episode_start=begin, deterministic=True)
        obs, _, dones, infos = venv.step(dose)
        in_range += [i["in_range"] for i in infos]
        low += [i["low"] for i in infos]
        glucose[t] = [i["glucose"] for i in infos]
        ended += int(dones.sum())
    return {"TIR %": 100 * in_range.mean() / steps, "worst TIR %": 100 * in_range.min() / steps,
            "low %": 100 * low.mean() / steps, "mean mmol/l": glucose.mean(), "CV %": 100 * glucose.std() / glucose.mean(),
            "ended": ended}


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("folder", type=Path)
    ap.add_argument("--patients", type=int, default=10)
    ap.add_argument("--days", type=int, default=3)
    ap.add_argument("--md", type=Path)
    args = ap.parse_args()

    venv = cohort(args.patients, args.days)
    rows = {}
    for path in sorted(args.folder.glob("*.zip")):
        model = RecurrentPPO.load(path, device="cpu")
        rows[path.stem] = assess(model, venv, args.days * 288)
        print(path.stem, {k: round(v, 1) for k, v in rows[path.stem].items()})

    table = pd.DataFrame.from_dict(rows, orient="index").sort_values("TIR %", ascending=False).round(1)
    print(table)
    if args.md:
        args.md.write_text(table.to_markdown())


if __name__ == "__main__":
    main()
