"""Compare saved RecurrentPPO drivers on the same set of tracks.

python compare_drivers.py runs/kart/*.zip --tracks 20 --csv laps.csv
"""
from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv


class Kart(gym.Env):
    """Kart track made of random corners. The width and grip of a corner show up late."""

    def __init__(self, track: int, corners: int = 12):
        self.track, self.corners = track, corners
        self.observation_space = spaces.Box(-5, 5, (5,), np.float32)
        self.action_space = spaces.Discrete(6)  # 3 lines x (brake, push)
        self.layout = np.random.default_rng(track).uniform([0.2, 0.5], [1.0, 1.0], (corners, 2))

    def _obs(self):
        sharp, grip = self.layout[self.i]
        near = float(self.phase > 0)
        return np.array([self.v, self.line - 1, self.phase / 3, near * sharp, near * grip], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.i, self.phase, self.v, self.line, self.time = 0, 0, 1.0, 1, 0.0
        return self._obs(), {}

    def step(self, action):
        self.line, push = int(action) % 3, int(action) >= 3
        sharp, grip = self.layout[self.i]
        limit = 1.2 + 1.3 * grip * (1 - sharp) + 0.2 * (self.line == (self.phase + 1) % 3)
        self.v = float(np.clip(self.v + (0.25 if push else -0.2), 0.4, 3.0))
        off = self.v > limit and self.phase > 0
        if off:
            self.v = 0.5
        dt = 1.0 / self.v + 2.0 * off
        self.time += dt
        self.phase += 1
        if self.phase == 4:
            self.phase, self.i = 0, self.i + 1
        done = self.i == self.corners
        self.i = min(self.i, self.corners - 1)
        return self._obs(), -dt, done, False, {"lap": self.time, "track": self.track}


def drive(model: RecurrentPPO, venv: DummyVecEnv, laps: int) -> dict[int, list[float]]:
    times: dict[int, list[float]] = defaultdict(list)
    obs = venv.reset()
    states = None
    starts = np.ones(venv.num_envs, dtype=bool)
    while min((len(t) for t in times.values()), default=0) < laps or len(times) < venv.num_envs:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, _, starts, infos = venv.step(actions)
        for info, over in zip(infos, starts):
            if over:
                times[info["track"]].append(info["lap"])
    return {track: t[:laps] for track, t in times.items()}


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("drivers", nargs="+", type=Path)
    ap.add_argument("--tracks", type=int, default=10)
    ap.add_argument("--laps", type=int, default=3)
    ap.add_argument("--csv", type=Path)
    args = ap.parse_args()

    venv = DummyVecEnv([lambda k=k: Kart(k) for k in range(args.tracks)])
    rows = []
    for path in args.drivers:
        model = RecurrentPPO.load(path, device="cpu")
        times = drive(model, venv, args.laps)
        best = {track: min(t) for track, t in times.items()}
        mean = float(np.mean(list(best.values())))
        rows.append({"driver": path.stem, "mean": round(mean, 3),
                     **{f"track_{k}": round(v, 3) for k, v in sorted(best.items())}})
        print(f"{path.stem:30s} mean best lap {mean:8.3f}")

    rows.sort(key=lambda r: r["mean"])
    print("fastest:", rows[0]["driver"])
    if args.csv:
        with args.csv.open("w", newline="") as f:
            writer = csv.DictWriter(f, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
