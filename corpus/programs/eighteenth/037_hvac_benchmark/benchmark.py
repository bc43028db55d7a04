"""Compare the trained controllers over all seasons and write a table."""
import argparse
import csv
import glob
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

from hvac_env import OfficeHVAC

SEASONS = ["winter", "spring", "summer"]


def run_weeks(model, season, n_envs, weeks):
    env = DummyVecEnv([lambda: OfficeHVAC(season) for _ in range(n_envs)])
    env.seed(77)
    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((n_envs,), dtype=bool)
    finished = 0
    energy, discomfort = np.zeros(n_envs), np.zeros(n_envs)
    rows = []
    while finished < weeks:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, reward, dones, infos = env.step(action)
        for i, info in enumerate(infos):
            energy[i] += info["energy"]
            discomfort[i] += info["discomfort"]
            if dones[i]:
                rows.append((energy[i], discomfort[i]))
                energy[i] = discomfort[i] = 0.0
                finished += 1
    env.close()
    return np.mean(rows, axis=0)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="models/*.zip")
    ap.add_argument("--weeks", type=int, default=12)
    ap.add_argument("--n-envs", type=int, default=4)
    ap.add_argument("--csv", default="benchmark.csv")
    args = ap.parse_args()

    with open(args.csv, "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["model", "season", "energy", "discomfort"])
        for path in sorted(glob.glob(args.models)):
            model = RecurrentPPO.load(path, device="cpu")
            name = os.path.splitext(os.path.basename(path))[0]
            for season in SEASONS:
                e, d = run_weeks(model, season, args.n_envs, args.weeks)
                writer.writerow([name, season, f"{e:.2f}", f"{d:.2f}"])
                print(f"{name:20s} {season:8s} energy {e:8.2f}  discomfort {d:8.2f}")


if __name__ == "__main__":
    main()
