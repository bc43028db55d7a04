"""Fly through the wind curriculum with the specialist of every stage and log the flights.

The flights are the demonstrations from which the student is distilled later on.
"""
import argparse
import json
from collections import deque
from pathlib import Path

import numpy as np
import torch

from env import KiteField
from model import KitePilot


class Curriculum:
    def __init__(self, path, window):
        self.stages = json.loads(Path(path).read_text())
        self.root = Path(path).parent
        self.index = 0
        self.outcomes = deque(maxlen=window)

    @property
    def stage(self):
        return self.stages[self.index]

    def record(self, landed):
        self.outcomes.extend(landed.tolist())

    def passed(self):
        full = len(self.outcomes) == self.outcomes.maxlen
        return full and np.mean(self.outcomes) >= self.stage["pass_at"] and self.index + 1 < len(self.stages)

    def advance(self):
        self.index += 1
        self.outcomes.clear()

    def apply(self, env, pilot):
        s = self.stage
        env.randomise(s["wind"], s["gust"], s["line"])
        pilot.load_state_dict(torch.load(self.root / s["policy"], map_location="cpu"))
        print(f"stage {self.index}: {s['name']}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--stages", default="stages.json")
    p.add_argument("--kites", type=int, default=12)
    p.add_argument("--steps", type=int, default=100_000)
    p.add_argument("--window", type=int, default=60)
    p.add_argument("--explore", action="store_true")
    p.add_argument("--out", default="flights.npz")
    args = p.parse_args()

    env = KiteField(args.kites)
    pilot = KitePilot(args.kites).eval()
    course = Curriculum(args.stages, args.window)
    course.apply(env, pilot)
    obs = env.reset()
    log = {"obs": [], "act": [], "done": [], "stage": []}
    for step in range(args.steps):
        act = pilot.act(torch.as_tensor(obs, dtype=torch.float32), args.explore).numpy()
        log["obs"].append(obs)
        log["act"].append(act)
        obs, reward, done, info = env.step(act)
        log["done"].append(done)
        log["stage"].append(course.index)
        if done.any():
            pilot.reset(torch.from_numpy(done))
            course.record(info["landed"][done])
        if course.passed():
            course.advance()
            course.apply(env, pilot)
    np.savez_compressed(args.out, **{k: np.array(v) for k, v in log.items()})
    print("stages reached:", course.index + 1)


if __name__ == "__main__":
    main()
