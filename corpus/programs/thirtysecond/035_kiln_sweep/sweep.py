"""Score every checkpoint of a run and write a table.

    python sweep.py train --run runs/kiln
    python sweep.py score --run runs/kiln --episodes 20
"""
import argparse
import csv
import re
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from kiln import KilnEnv


def train(run: Path, steps: int) -> None:
    venv = make_vec_env(KilnEnv, n_envs=4, seed=0)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=128, verbose=1, seed=0)
    saver = CheckpointCallback(save_freq=5000, save_path=str(run), name_prefix="kiln")
    model.learn(total_timesteps=steps, callback=saver)
    model.save(run / f"kiln_{steps}_steps.zip")


def checkpoints(run: Path):
    found = []
    for p in run.glob("kiln_*_steps.zip"):
        m = re.search(r"_(\d+)_steps", p.name)
        found.append((int(m.group(1)), p))
    return sorted(found)


def rate(path: Path, episodes: int):
    model = RecurrentPPO.load(path, device="cpu")
    env = KilnEnv()
    returns, worst = [], []
    for ep in range(episodes):
        obs, _ = env.reset(seed=10_000 + ep)
        cell, begin = None, np.ones((1,), dtype=bool)
        total, peak, over = 0.0, 0.0, False
        while not over:
            action, cell = model.predict(obs, state=cell, episode_start=begin, deterministic=True)
            obs, reward, terminated, truncated, info = env.step(action)
            total += reward
            peak = max(peak, info["err"])
            over = terminated or truncated
        returns.append(total)
        worst.append(peak)
    return np.mean(returns), np.std(returns), np.max(worst)


def score(run: Path, episodes: int) -> None:
    with open(run / "scores.csv", "w", newline="") as fh:
        out = csv.writer(fh)
        out.writerow(["steps", "mean", "std", "peak_error"])
        for steps, path in checkpoints(run):
            row = rate(path, episodes)
            out.writerow([steps, *("%.4f" % v for v in row)])
            print(steps, *row)


if __name__ == "__main__":
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what", choices=["train", "score"])
    ap.add_argument("--run", type=Path, default=Path("runs/kiln"))
    ap.add_argument("--steps", type=int, default=300_000)
    ap.add_argument("--episodes", type=int, default=20)
    a = ap.parse_args()
    a.run.mkdir(parents=True, exist_ok=True)
    if a.what == "train":
        train(a.run, a.steps)
    else:
        score(a.run, a.episodes)
