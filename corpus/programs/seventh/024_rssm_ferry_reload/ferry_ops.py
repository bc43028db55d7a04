"""Runs crossings of an autonomous ferry with whatever world model was trained last."""
import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from latent import LatentModel


class FerryCrossing:
    """A crossing with current and wind; three rudder positions."""

    n_obs, n_act = 5, 3

    def __init__(self):
        self.current = random.uniform(-0.3, 0.3)

    def reset(self):
        self.x, self.y, self.heading, self.t = 0.0, 0.0, 0.0, 0
        return self._obs()

    def _obs(self):
        return torch.tensor([self.x / 20, self.y / 5, math.sin(self.heading), math.cos(self.heading), self.t / 200])

    def step(self, rudder):
        self.heading += 0.08 * (rudder - 1)
        self.x += 0.2 * math.cos(self.heading)
        self.y += 0.2 * math.sin(self.heading) + 0.2 * self.current + random.gauss(0, 0.02)
        self.t += 1
        docked = self.x >= 20 and abs(self.y) < 1
        lost = abs(self.y) > 6 or self.t >= 200
        return self._obs(), (10.0 if docked else -0.02 * abs(self.y)), docked or lost


class Pilot:
    """Belief and policy for a single crossing."""

    def __init__(self, model):
        self.model = model
        self.latent = model.start()
        self.action = torch.zeros(1, model.n_act)

    @torch.no_grad()
    def steer(self, obs):
        self.latent = self.model.filter(self.latent, self.action, obs.unsqueeze(0))
        choice = self.model.policy(self.latent.features).argmax(-1)
        self.action = F.one_hot(choice, self.model.n_act).float()
        return int(choice)


class ModelStore:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.model = LatentModel(FerryCrossing.n_obs, FerryCrossing.n_act).eval()
        self.loaded = None

    def refresh(self):
        files = sorted(self.folder.glob("world_model_*.pt"), key=lambda p: p.stat().st_mtime)
        if files and files[-1] != self.loaded:
            self.model.load_state_dict(torch.load(files[-1], map_location="cpu"))
            self.loaded = files[-1]
            print(f"loaded {self.loaded.name}")
        return self.model


def cross(pilot):
    ferry = FerryCrossing()
    obs, done = ferry.reset(), False
    log = []
    while not done:
        rudder = pilot.steer(obs)
        nxt, reward, done = ferry.step(rudder)
        log.append({"obs": obs.tolist(), "rudder": rudder, "reward": reward})
        obs = nxt
    return log


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="models")
    ap.add_argument("--logs", default="crossings.jsonl")
    ap.add_argument("--crossings", type=int, default=500)
    ap.add_argument("--pause", type=float, default=0.0)
    args = ap.parse_args()

    store = ModelStore(args.models)
    total = 0.0
    with open(args.logs, "a") as out:
        for n in range(args.crossings):
            pilot = Pilot(store.refresh())
            log = cross(pilot)
            score = sum(step["reward"] for step in log)
            total += score
            out.write(json.dumps({"crossing": n, "model": str(store.loaded), "log": log}) + "\n")
            print(f"crossing {n}: {score:.2f} (mean {total / (n + 1):.2f})")
            time.sleep(args.pause)


if __name__ == "__main__":
    main()
