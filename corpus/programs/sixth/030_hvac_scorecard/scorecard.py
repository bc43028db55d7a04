#!/usr/bin/env python
"""Scorecard of trained HVAC controllers: comfort hours, energy, and a csv with the traces."""
import argparse
import csv
import sys
from collections import OrderedDict
from typing import NamedTuple

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize


class Row(NamedTuple):
    house: int
    step: int
    temp: float
    power: float


class House(gym.Env):
    def __init__(self, insulation=0.05):
        self.insulation = insulation
        self.observation_space = gym.spaces.Box(-50, 50, (2,), np.float32)
        self.action_space = gym.spaces.Box(0, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.n, self.temp, self.wall = 0, 15.0, 12.0
        return self._o(), {}

    def _o(self):
        out = 8 + 6 * np.sin(self.n / 96 * 2 * np.pi)
        return np.array([self.temp, out], np.float32)

    def step(self, a):
        p = float(np.clip(a, 0, 1)[0])
        out = self._o()[1]
        self.wall += 0.1 * (self.temp - self.wall) + self.insulation * (out - self.wall)
        self.temp += 0.1 * (self.wall - self.temp) + 0.8 * p
        self.n += 1
        info = {"temp": self.temp, "power": p}
        return self._o(), -abs(self.temp - 21) - 0.3 * p, False, self.n >= 96 * 7, info


def houses(n, stats=None):
    env = DummyVecEnv([lambda k=k: House(0.03 + 0.01 * k) for k in range(n)])
    if stats:
        env = VecNormalize.load(stats, env)
        env.training = False
        env.norm_reward = False
    return env


def score(model, env, weeks, writer=None):
    n = env.num_envs
    comfort = np.zeros(n)
    energy = np.zeros(n)
    finished = np.zeros(n, dtype=int)
    obs = env.reset()
    hidden = None
    starts = np.ones((n,), dtype=bool)
    step = 0
    while finished.min() < weeks:
        act, hidden = model.predict(obs, state=hidden, episode_start=starts, deterministic=True)
        obs, _, over, infos = env.step(act)
        for i, info in enumerate(infos):
            if finished[i] >= weeks:
                continue
            comfort[i] += 20.0 <= info["temp"] <= 22.5
            energy[i] += info["power"]
            if writer is not None:
                writer.writerow(Row(i, step, round(info["temp"], 2), round(info["power"], 3)))
        finished += over
        step += 1
    return OrderedDict(comfort=(comfort / (weeks * 96 * 7)).round(3).tolist(), energy=energy.round(1).tolist())


def main(argv=None):
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("zips", nargs="+")
    ap.add_argument("-n", type=int, default=5)
    ap.add_argument("--stats")
    ap.add_argument("--weeks", type=int, default=2)
    ap.add_argument("--trace")
    o = ap.parse_args(argv)
    fh = open(o.trace, "w", newline="") if o.trace else None
    w = csv.writer(fh) if fh else None
    if w:
        w.writerow(Row._fields)
    for z in o.zips:
        env = houses(o.n, o.stats)
        model = RecurrentPPO.load(z, device="cpu")
        card = score(model, env, o.weeks, w)
        print(z, *(f"{k}={v}" for k, v in card.items()))
        env.close()
    if fh:
        fh.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
