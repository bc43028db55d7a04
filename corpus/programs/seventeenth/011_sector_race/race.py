"""Time trial with one RecurrentPPO and specialised weights for parts of the track.

    python race.py --env DroneRace-v0 --pilots pilots/ --laps 3
"""
import argparse
import csv
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO

import drone_race  # noqa: F401  registers DroneRace-v0


class SectorPilot:
    def __init__(self, folder, device="cpu"):
        self.files = {p.stem: p for p in Path(folder).glob("*.zip")}
        self.model = RecurrentPPO.load(self.files["start"], device=device)
        self.sector = "start"
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)

    def line_up(self):
        if self.sector != "start":
            self.enter("start")
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)

    def enter(self, sector):
        if sector not in self.files:
            return
        self.model.set_parameters(str(self.files[sector]), exact_match=True)
        self.sector = sector

    def fly(self, obs):
        action, self.lstm_states = self.model.predict(
            obs, state=self.lstm_states, episode_start=self.episode_start, deterministic=True
        )
        self.episode_start = np.zeros((1,), dtype=bool)
        return action


def trial(env, pilot, seed, laps):
    obs, info = env.reset(seed=seed)
    pilot.line_up()
    splits, clock, over = [], 0.0, False
    while not over:
        obs, _, terminated, truncated, info = env.step(pilot.fly(obs))
        clock += info["dt"]
        if info["sector"] != pilot.sector:
            splits.append((pilot.sector, clock))
            pilot.enter(info["sector"])
        over = terminated or truncated or info["lap"] >= laps
    return splits, clock, info["lap"]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="DroneRace-v0")
    ap.add_argument("--pilots", default="pilots")
    ap.add_argument("--laps", type=int, default=3)
    ap.add_argument("--trials", type=int, default=10)
    ap.add_argument("--out", default="splits.csv")
    args = ap.parse_args()

    env = gym.make(args.env)
    pilot = SectorPilot(args.pilots)
    with open(args.out, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["trial", "sector", "clock"])
        times = []
        for n in range(args.trials):
            splits, clock, laps = trial(env, pilot, n, args.laps)
            for sector, t in splits:
                w.writerow([n, sector, f"{t:.3f}"])
            if laps >= args.laps:
                times.append(clock)
    env.close()
    if times:
        print(f"{len(times)}/{args.trials} finished, mean {np.mean(times):.2f} s, best {min(times):.2f} s")


if __name__ == "__main__":
    main()
