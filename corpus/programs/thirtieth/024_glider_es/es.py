import argparse
import multiprocessing as mp
import os

import numpy as np
import torch
from torch import nn

from thermal import ThermalSky


class MinimalGate(nn.Module):
    """Minimal gated unit: one gate, one candidate."""

    def __init__(self, n_in, n):
        super().__init__()
        self.gate = nn.Linear(n_in + n, n)
        self.cand = nn.Linear(n_in + n, n)

    def forward(self, x, s):
        f = torch.sigmoid(self.gate(torch.cat([x, s], -1)))
        c = torch.tanh(self.cand(torch.cat([x, f * s], -1)))
        return (1 - f) * s + f * c


class Pilot(nn.Module):
    def __init__(self, n=16):
        super().__init__()
        self.n = n
        self.mem = MinimalGate(3, n)
        self.stick = nn.Linear(n, 1)
        self.wake()

    def wake(self):
        self.s = torch.zeros(self.n)

    def wear(self, vec):
        i = 0
        with torch.no_grad():
            for p in self.parameters():
                p.copy_(torch.from_numpy(vec[i : i + p.numel()]).view_as(p))
                i += p.numel()

    @torch.no_grad()
    def fly(self, felt):
        self.s = self.mem(torch.from_numpy(felt), self.s)
        return float(torch.tanh(self.stick(self.s)))


_pilot = None
_sky = None


def _init():
    global _pilot, _sky
    torch.set_num_threads(1)
    _pilot, _sky = Pilot(), ThermalSky()


def flight(seed):
    _pilot.wake()
    felt, over, gain = _sky.reset(seed), False, 0.0
    while not over:
        felt, climb, over = _sky.step(_pilot.fly(felt))
        gain += climb
    return gain


def pair(job):
    theta, sigma, seed, days = job
    eps = np.random.default_rng(seed).standard_normal(theta.size).astype(np.float32)
    out = []
    for sign in (1.0, -1.0):
        _pilot.wear((theta + sign * sigma * eps).astype(np.float32))
        out.append(np.mean([flight(d) for d in days]))
    return seed, out[0], out[1]


def ranks(x):
    r = np.empty(len(x))
    r[np.argsort(x)] = np.arange(len(x))
    return r / (len(x) - 1) - 0.5


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pairs", type=int, default=64)
    ap.add_argument("--gens", type=int, default=500)
    ap.add_argument("--sigma", type=float, default=0.08)
    ap.add_argument("--lr", type=float, default=0.05)
    ap.add_argument("--resume", default="glider.npy")
    a = ap.parse_args()

    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    if os.path.exists(a.resume):
        theta = np.load(a.resume)
    else:
        theta = torch.cat([p.detach().flatten() for p in Pilot().parameters()]).numpy()
    mom = np.zeros_like(theta)
    with mp.Pool(initializer=_init) as pool:
        for g in range(a.gens):
            days = rng.integers(0, 10**6, 4).tolist()
            jobs = [(theta, a.sigma, int(s), days) for s in rng.integers(0, 2**31, a.pairs)]
            seeds, up, down = zip(*pool.map(pair, jobs))
            r = ranks(np.array(up + down))
            diff = r[: a.pairs] - r[a.pairs :]
            grad = np.zeros_like(theta)
            for s, d in zip(seeds, diff):
                grad += d * np.random.default_rng(s).standard_normal(theta.size).astype(np.float32)
            mom = 0.9 * mom + grad / (a.pairs * a.sigma)
            theta = (theta + a.lr * mom - 0.0005 * theta).astype(np.float32)
            if g % 10 == 0:
                print(f"gen {g} climb {np.mean(up + down):.1f} best {max(up + down):.1f}")
                np.save(a.resume, theta)


if __name__ == "__main__":
    main()
