"""Separable CMA-ES on a small GRU controller; every candidate flies whole episodes."""
import argparse
import csv
import multiprocessing as mp
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import vector_to_parameters


class Glider:
    """Point mass pushed by a wind that is never observed; continuous two-dimensional force."""

    obs_dim = 4
    act_dim = 2

    def __init__(self, seed=0, max_steps=200, wind_scale=0.6):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.wind_scale = wind_scale
        self.pos = np.zeros(2)
        self.goal = np.zeros(2)
        self.wind = np.zeros(2)
        self.vel = np.zeros(2)
        self.k = 0

    def reset(self):
        self.pos = self.rng.uniform(-1, 1, size=2)
        self.goal = self.rng.uniform(-1, 1, size=2)
        self.vel = np.zeros(2)
        angle = self.rng.uniform(0, 2 * np.pi)
        self.wind = self.wind_scale * np.array([np.cos(angle), np.sin(angle)])
        self.k = 0
        return self._obs()

    def _obs(self):
        return np.concatenate([self.pos, self.goal - self.pos]).astype(np.float32)

    def step(self, action):
        force = np.clip(np.asarray(action, dtype=np.float64), -1.0, 1.0)
        self.vel = 0.9 * self.vel + 0.05 * (force + self.wind)
        self.pos = np.clip(self.pos + self.vel, -2.0, 2.0)
        self.k += 1
        dist = float(np.linalg.norm(self.goal - self.pos))
        reward = -dist - 0.01 * float(force @ force)
        terminated = dist < 0.05
        truncated = self.k >= self.max_steps
        return self._obs(), reward, terminated, truncated, {"distance": dist}


class CsvLog:
    """Appends one row per update; the header comes from the first row."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fields = None
        self._started = time.time()

    def write(self, **row):
        row = {"wall": round(time.time() - self._started, 2), **row}
        if self._fields is None:
            self._fields = list(row)
            with self.path.open("w", newline="") as fh:
                csv.DictWriter(fh, self._fields).writeheader()
        with self.path.open("a", newline="") as fh:
            csv.DictWriter(fh, self._fields, extrasaction="ignore").writerow(row)

    @staticmethod
    def pretty(row):
        return " | ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())


class Controller(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.gru = nn.GRUCell(Glider.obs_dim, hidden)
        self.out = nn.Linear(hidden, Glider.act_dim)
        self.hidden = None
        self.size = hidden

    def start(self):
        self.hidden = torch.zeros(1, self.size)

    def forward(self, obs):
        self.hidden = self.gru(obs.view(1, -1), self.hidden)
        return torch.tanh(self.out(self.hidden)).view(-1)

    @property
    def dim(self):
        return sum(p.numel() for p in self.parameters())


class SepCMA:
    def __init__(self, dim, sigma=0.3, popsize=None, seed=0):
        self.rng = np.random.default_rng(seed)
        self.dim = dim
        self.popsize = popsize or 4 + int(3 * np.log(dim))
        self.mu = self.popsize // 2
        w = np.log(self.mu + 0.5) - np.log(np.arange(1, self.mu + 1))
        self.w = w / w.sum()
        self.mueff = 1.0 / np.sum(self.w**2)
        self.cs = (self.mueff + 2) / (dim + self.mueff + 5)
        self.ds = 1 + self.cs + 2 * max(0.0, np.sqrt((self.mueff - 1) / (dim + 1)) - 1)
        self.cc = 4.0 / (dim + 4)
        self.c1 = (dim + 2) / 3 * 2 / ((dim + 1.3) ** 2 + self.mueff)
        self.cmu = min(1 - self.c1, (dim + 2) / 3 * 2 * (self.mueff - 2 + 1 / self.mueff) / ((dim + 2) ** 2 + self.mueff))
        self.chi = np.sqrt(dim) * (1 - 1 / (4 * dim) + 1 / (21 * dim**2))
        self.mean = np.zeros(dim)
        self.sigma = sigma
        self.c = np.ones(dim)
        self.ps = np.zeros(dim)
        self.pc = np.zeros(dim)
        self.gen = 0

    def ask(self):
        self.z = self.rng.normal(size=(self.popsize, self.dim))
        return self.mean + self.sigma * np.sqrt(self.c) * self.z

    def tell(self, xs, fitness):
        order = np.argsort(fitness)[::-1][: self.mu]
        old = self.mean
        self.mean = self.w @ xs[order]
        y = (self.mean - old) / self.sigma
        self.ps = (1 - self.cs) * self.ps + np.sqrt(self.cs * (2 - self.cs) * self.mueff) * y / np.sqrt(self.c)
        self.gen += 1
        hs = np.linalg.norm(self.ps) / np.sqrt(1 - (1 - self.cs) ** (2 * self.gen)) < (1.4 + 2 / (self.dim + 1)) * self.chi
        self.pc = (1 - self.cc) * self.pc + hs * np.sqrt(self.cc * (2 - self.cc) * self.mueff) * y
        steps = (xs[order] - old) / self.sigma
        self.c = (1 - self.c1 - self.cmu) * self.c + self.c1 * self.pc**2 + self.cmu * (self.w @ steps**2)
        self.sigma *= np.exp(self.cs / self.ds * (np.linalg.norm(self.ps) / self.chi - 1))


_controller = None
_env = None


def _init_worker():
    global _controller, _env
    torch.set_num_threads(1)
    _controller = Controller()
    for p in _controller.parameters():
        p.requires_grad_(False)
    _env = Glider(seed=os.getpid())


def _fly(job):
    vector, seeds = job
    vector_to_parameters(torch.as_tensor(vector, dtype=torch.float32), _controller.parameters())
    totals = []
    for seed in seeds:
        _env.rng = np.random.default_rng(seed)
        obs = _env.reset()
        _controller.start()
        total, over = 0.0, False
        while not over:
            action = _controller(torch.as_tensor(obs))
            obs, reward, terminated, truncated, _ = _env.step(action.numpy())
            total += reward
            over = terminated or truncated
        totals.append(total)
    return float(np.mean(totals))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=os.cpu_count())
    ap.add_argument("--generations", type=int, default=500)
    ap.add_argument("--episodes", type=int, default=6)
    ap.add_argument("--popsize", type=int, default=None)
    ap.add_argument("--sigma", type=float, default=0.3)
    ap.add_argument("--out", type=Path, default=Path("cma"))
    args = ap.parse_args()
    es = SepCMA(Controller().dim, args.sigma, args.popsize)
    log = CsvLog(args.out / "cma.csv")
    best = -np.inf
    with mp.Pool(args.workers, initializer=_init_worker) as pool:
        for gen in range(args.generations):
            started = time.time()
            seeds = [gen * 1000 + k for k in range(args.episodes)]
            xs = es.ask()
            fitness = np.array(pool.map(_fly, [(x, seeds) for x in xs]))
            es.tell(xs, fitness)
            if fitness.max() > best:
                best = float(fitness.max())
                np.save(args.out / "best.npy", xs[int(fitness.argmax())])
            mean_fit = pool.apply(_fly, ((es.mean, seeds),)) if gen % 10 == 0 else float("nan")
            log.write(gen=gen, best=best, mean=float(fitness.mean()), center=mean_fit, sigma=float(es.sigma))
            print(f"{gen:4d} best {best:.2f} mean {fitness.mean():.2f} sigma {es.sigma:.3f} {time.time() - started:.1f}s")


if __name__ == "__main__":
    main()
