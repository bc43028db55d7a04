"""Drives the rover with CEM planning in the latent space. The trainer on the
workstation syncs new weights to --weights while we are driving."""
import argparse
import os
import time
from collections import deque

import torch

from rssm import RSSM
from rover_io import Rover      # obs(): 10 floats, act(left, right), tipped()


class Driver:
    def __init__(self, weights, horizon=12, pop=256, elites=32, iters=5, replay=25):
        self.weights = weights
        self.mtime = 0.0
        self.model = RSSM(10, 2).eval()
        self.horizon, self.pop, self.elites, self.iters = horizon, pop, elites, iters
        self.recent = deque(maxlen=replay)
        self.reset()

    def reset(self):
        self.belief = self.model.initial(1)
        self.last_action = torch.zeros(1, 2)
        self.recent.clear()

    @torch.no_grad()
    def maybe_reload(self):
        try:
            mtime = os.path.getmtime(self.weights)
        except FileNotFoundError:
            return
        if mtime <= self.mtime:
            return
        try:
            weights = torch.load(self.weights, map_location="cpu")
        except (RuntimeError, EOFError) as e:       # rsync not finished
            print("could not read:", e)
            return
        self.mtime = mtime
        self.model.load_state_dict(weights)
        self.belief = self.model.initial(1)
        for action, obs in self.recent:
            self.belief = self.model.observe(self.belief, action, obs)
        print(time.strftime("%H:%M:%S"), "reloaded weights")

    @torch.no_grad()
    def plan(self):
        mean, std = torch.zeros(self.horizon, 2), torch.ones(self.horizon, 2)
        for _ in range(self.iters):
            acts = (mean + std * torch.randn(self.pop, self.horizon, 2)).clamp(-1, 1)
            b = type(self.belief)(*(t.expand(self.pop, -1) for t in self.belief))
            total = torch.zeros(self.pop)
            for t in range(self.horizon):
                b = self.model.imagine(b, acts[:, t])
                total += self.model.reward(b.feat).squeeze(-1)
            top = acts[total.topk(self.elites).indices]
            mean, std = top.mean(0), top.std(0) + 0.05
        return mean[:1]

    @torch.no_grad()
    def step(self, obs):
        obs = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        self.recent.append((self.last_action, obs))
        self.belief = self.model.observe(self.belief, self.last_action, obs)
        self.last_action = self.plan()
        return self.last_action[0].tolist()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", default="/data/rssm.pt")
    ap.add_argument("--hz", type=float, default=5)
    args = ap.parse_args()
    rover, driver = Rover(), Driver(args.weights)
    while True:
        t0 = time.time()
        driver.maybe_reload()
        if rover.tipped():
            rover.act(0, 0)
            input("put me back on the wheels and press enter ")
            driver.reset()
            continue
        rover.act(*driver.step(rover.obs()))
        time.sleep(max(0.0, 1 / args.hz - (time.time() - t0)))


if __name__ == "__main__":
    main()
