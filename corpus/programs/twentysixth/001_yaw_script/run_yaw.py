"""Closed-loop wake steering on a toy Gaussian wake model.

usage: python run_yaw.py --weights runs/yaw_latest.pt --hours 48
The trainer on the other machine rsyncs yaw_latest.pt every now and then.
"""
import argparse
import math
import os

import numpy as np
import torch
import torch.nn as nn


class YawNet(nn.Module):
    def __init__(self, n_obs=5, width=48):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(n_obs, width)
        self.cell = nn.GRUCell(width, width)
        self.out = nn.Linear(width, 1)

    def forward(self, x, h):
        h = self.cell(torch.tanh(self.inp(x)), h)
        return 3.0 * torch.tanh(self.out(h)).squeeze(-1), h


class WindFarm:
    """One row of turbines, wind mostly along the row."""

    def __init__(self, n, dt=10.0, seed=0):
        self.n = n
        self.dt = dt
        self.rng = np.random.default_rng(seed)
        self.yaw = np.zeros(n)
        self.wd = 270.0
        self.ws = 9.0

    def _drift(self):
        self.wd += 0.02 * (270.0 - self.wd) + self.rng.normal(0, 0.4)
        self.ws = np.clip(self.ws + self.rng.normal(0, 0.05), 4.0, 16.0)

    def _speeds(self):
        u = np.full(self.n, self.ws)
        for i in range(1, self.n):
            deficit = 0.0
            for j in range(i):
                dist = 5.0 * (i - j)
                off = dist * math.tan(math.radians(self.wd - 270.0)) + 0.09 * dist * math.sin(
                    math.radians(self.yaw[j]))
                sigma = 0.3 + 0.04 * dist
                deficit += 0.35 / (1 + 0.1 * dist) * math.exp(-0.5 * (off / sigma) ** 2)
            u[i] *= 1.0 - min(deficit, 0.7)
        return u

    def observe(self):
        u = self._speeds()
        rel = self.wd - 270.0 - self.yaw
        return np.stack([u / 10.0, rel / 20.0, self.yaw / 25.0,
                         np.full(self.n, self.ws / 10.0), np.arange(self.n) / self.n], axis=1)

    def step(self, dyaw):
        self._drift()
        self.yaw = np.clip(self.yaw + dyaw, -25, 25)
        u = self._speeds()
        mis = np.radians(self.wd - 270.0 - self.yaw)
        power = 0.5 * 1.225 * 9852 * 0.45 * u ** 3 * np.cos(mis) ** 1.88
        return self.observe(), power.sum() / 1e6


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", required=True)
    ap.add_argument("--turbines", type=int, default=6)
    ap.add_argument("--hours", type=float, default=24)
    ap.add_argument("--check-every", type=int, default=60, help="steps between looks at the file")
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    farm = WindFarm(args.turbines, seed=args.seed)
    net = YawNet()
    net.load_state_dict(torch.load(args.weights, map_location="cpu"))
    net.eval()
    stamp = os.path.getmtime(args.weights)

    h = torch.zeros(args.turbines, net.width)
    obs = farm.observe()
    energy = 0.0
    steps = int(args.hours * 3600 / farm.dt)
    for k in range(steps):
        if k and k % args.check_every == 0:
            now = os.path.getmtime(args.weights)
            if now > stamp:
                net.load_state_dict(torch.load(args.weights, map_location="cpu"))
                stamp = now
                print(f"[{k}] picked up {args.weights}")
        with torch.no_grad():
            dyaw, h = net(torch.as_tensor(obs, dtype=torch.float32), h)
        obs, mw = farm.step(dyaw.numpy())
        energy += mw * farm.dt / 3600
        if k % 360 == 0:
            print(f"t={k * farm.dt / 3600:6.1f} h  P={mw:6.2f} MW  yaw={np.round(farm.yaw, 1)}")
    print(f"energy {energy:.1f} MWh")


if __name__ == "__main__":
    main()
