"""Runs all checkpoints on the same ten-day weather and writes a csv."""
import csv
import re
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from vineyard import VineyardEnv

N_ENVS = 4
EPISODES = 12


def score(model: RecurrentPPO) -> list:
    env = VecMonitor(DummyVecEnv([VineyardEnv] * N_ENVS))
    env.seed(77)
    obs = env.reset()
    states = None
    starts = np.ones((N_ENVS,), dtype=bool)
    results = []
    while len(results) < EPISODES:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, _, dones, infos = env.step(actions)
        starts = dones
        results += [info["episode"]["r"] for info in infos if "episode" in info]
    env.close()
    return results


def number(path: Path) -> int:
    return int(re.search(r"_(\d+)_steps", path.stem).group(1))


def main() -> None:
    rows = []
    for zip_file in sorted(Path("ckpt").glob("vine_*_steps.zip"), key=number):
        model = RecurrentPPO.load(zip_file, device="cpu")
        r = score(model)
        rows.append((number(zip_file), np.mean(r), np.std(r)))
        print("%9d  %8.3f +- %.3f" % rows[-1])
    with open("compare.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["steps", "mean", "std"])
        w.writerows(rows)


if __name__ == "__main__":
    main()
