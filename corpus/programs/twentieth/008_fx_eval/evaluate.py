"""Walks all given models week by week through the test file and writes one line per model."""
import argparse
import csv
import pathlib

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from fx_env import FxEnv


def make_env(test_file, stats):
    venv = DummyVecEnv([lambda: FxEnv(test_file)])
    if stats.exists():
        venv = VecNormalize.load(str(stats), venv)
        venv.training = False
        venv.norm_reward = False
    return venv


def evaluate(model, venv, episodes):
    pips, week = [], 0.0
    obs = venv.reset()
    states = None
    starts = np.ones((venv.num_envs,), dtype=bool)
    while len(pips) < episodes:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, _, dones, infos = venv.step(actions)
        week += infos[0]["pips"]
        if dones[0]:
            pips.append(week)
            week = 0.0
        starts = dones
    return np.array(pips)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("runs", nargs="+", type=pathlib.Path)
    ap.add_argument("--test", default="eurusd_m15_test.csv")
    ap.add_argument("--episodes", type=int, default=50)
    ap.add_argument("--out", default="fx_eval.csv")
    args = ap.parse_args()

    rows = []
    for run in args.runs:
        venv = make_env(args.test, run / "vecnormalize.pkl")
        model = RecurrentPPO.load(run / "best_model.zip", device="cpu")
        pips = evaluate(model, venv, args.episodes)
        drop = np.maximum.accumulate(pips.cumsum()) - pips.cumsum()
        rows.append([run.name, pips.mean(), pips.std(), (pips > 0).mean(), drop.max()])
        print("%-24s mean %7.1f pips  std %6.1f  weeks won %.2f  worst fall %.1f" % tuple(rows[-1]))
        venv.close()

    with open(args.out, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["run", "mean", "std", "won", "max_fall"])
        w.writerows(rows)


if __name__ == "__main__":
    main()
