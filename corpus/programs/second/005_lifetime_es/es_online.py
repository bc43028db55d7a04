"""Online evolution strategy: the robot never resets, candidates take turns driving it.

Each perturbation drives for `--window` steps; the window return is its fitness.
"""
import argparse
import collections
import csv
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import vector_to_parameters


class WindyPuck:
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


class RunningMeanStd:
    """Parallel-variance estimate, used to normalise observations."""

    def __init__(self, shape, epsilon=1e-4, clip=10.0):
        self.mean = np.zeros(shape, dtype=np.float64)
        self.var = np.ones(shape, dtype=np.float64)
        self.count = epsilon
        self.clip = clip

    def update(self, batch):
        batch = np.asarray(batch, dtype=np.float64).reshape(-1, *self.mean.shape)
        b_mean, b_var, b_count = batch.mean(0), batch.var(0), batch.shape[0]
        delta = b_mean - self.mean
        total = self.count + b_count
        self.mean = self.mean + delta * b_count / total
        m2 = self.var * self.count + b_var * b_count + delta**2 * self.count * b_count / total
        self.var = m2 / total
        self.count = total

    def __call__(self, x):
        z = (np.asarray(x) - self.mean) / np.sqrt(self.var + 1e-8)
        return np.clip(z, -self.clip, self.clip).astype(np.float32)

    def state_dict(self):
        return {"mean": self.mean, "var": self.var, "count": self.count}

    def load_state_dict(self, d):
        self.mean, self.var, self.count = d["mean"], d["var"], d["count"]


class Driver(nn.Module):
    """Small recurrent controller that keeps its own memory."""

    def __init__(self, obs_dim, act_dim, hidden=24):
        super().__init__()
        self.rnn = nn.RNNCell(obs_dim, hidden)
        self.out = nn.Linear(hidden, act_dim)
        self.h = torch.zeros(1, hidden)
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, obs):
        self.h = self.rnn(obs.unsqueeze(0), self.h)
        return torch.tanh(self.out(self.h)).squeeze(0)


class Adam:
    def __init__(self, dim, lr=0.02, b1=0.9, b2=0.999):
        self.m = torch.zeros(dim)
        self.v = torch.zeros(dim)
        self.lr, self.b1, self.b2 = lr, b1, b2
        self.t = 0

    def step(self, grad):
        self.t += 1
        self.m = self.b1 * self.m + (1 - self.b1) * grad
        self.v = self.b2 * self.v + (1 - self.b2) * grad * grad
        mh = self.m / (1 - self.b1**self.t)
        vh = self.v / (1 - self.b2**self.t)
        return self.lr * mh / (vh.sqrt() + 1e-8)


def centered_ranks(x):
    ranks = np.empty(len(x), dtype=np.float32)
    ranks[np.argsort(x)] = np.arange(len(x), dtype=np.float32)
    return ranks / (len(x) - 1) - 0.5


class LivingRobot:
    """Wraps the environment so that goals move on without a restart."""

    def __init__(self, seed):
        self.env = WindyPuck(seed=seed, max_steps=10**9)
        self.obs = self.env.reset()
        self.reached = 0

    def move_goal(self):
        self.env.goal = self.env.rng.uniform(-1, 1, size=2)

    def step(self, action):
        self.obs, reward, terminated, _, info = self.env.step(action)
        if terminated:
            self.reached += 1
            self.move_goal()
            reward += 5.0
        return reward


def drive(robot, driver, norm, steps):
    total = 0.0
    for _ in range(steps):
        norm.update(robot.obs[None])
        action = driver(torch.as_tensor(norm(robot.obs)))
        total += robot.step(action.numpy())
    return total / steps


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--window", type=int, default=150)
    ap.add_argument("--pairs", type=int, default=8)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.02)
    ap.add_argument("--generations", type=int, default=2000)
    ap.add_argument("--decay", type=float, default=0.002)
    ap.add_argument("--seed", type=int, default=3)
    ap.add_argument("--init", default=None)
    ap.add_argument("--out", default="es_runs")
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    random.seed(args.seed)

    robot = LivingRobot(args.seed)
    driver = Driver(WindyPuck.obs_dim, WindyPuck.act_dim)
    norm = RunningMeanStd((WindyPuck.obs_dim,))
    dim = sum(p.numel() for p in driver.parameters())
    theta = torch.load(args.init)["theta"] if args.init else 0.1 * torch.randn(dim)
    adam = Adam(theta.numel(), lr=args.lr)
    log = CsvLog(Path(args.out) / "es.csv")
    recent = collections.deque(maxlen=20)

    for gen in range(args.generations):
        eps = torch.randn(args.pairs, theta.numel())
        fitness = []
        for e in eps:
            for sign in (1.0, -1.0):
                candidate = theta + sign * args.sigma * e
                vector_to_parameters(candidate, driver.parameters())
                fitness.append(drive(robot, driver, norm, args.window))
        ranks = torch.as_tensor(centered_ranks(np.array(fitness))).view(args.pairs, 2)
        grad = ((ranks[:, 0] - ranks[:, 1]).unsqueeze(1) * eps).mean(0) / args.sigma
        theta = theta * (1 - args.decay) + adam.step(grad)
        recent.append(float(np.mean(fitness)))
        log.write(gen=gen, fit=float(np.mean(fitness)), best=float(np.max(fitness)), reached=robot.reached)
        if gen % 10 == 0:
            print(f"gen {gen:5d} mean {np.mean(recent):+.3f} goals {robot.reached}")
            torch.save({"theta": theta, "norm": norm.state_dict()}, Path(args.out) / "theta.pt")


if __name__ == "__main__":
    main()
