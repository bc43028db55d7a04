"""
Evolution strategy for the gates of an irrigation canal.

The canal model is slow to settle (filling the pools takes a day of model time), so it is
started only once; candidates are tried one after another on the running canal, each for
one irrigation turn.
"""
import sys

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Canal:
    """Pools in series, a gate at the head of each, farmers that open and close offtakes."""

    def __init__(self, pools=5, seed=0):
        self.rng = np.random.default_rng(seed)
        self.n = pools
        self.level = np.full(pools, 1.0)
        self.setpoint = np.linspace(1.2, 0.9, pools)
        self.demand = np.zeros(pools)
        self.hour = 0.0

    def measure(self):
        day = 2 * np.pi * self.hour / 24
        return np.concatenate([self.level - self.setpoint, [np.sin(day), np.cos(day)]])

    def step(self, gates):
        flow = 0.6 * np.clip(gates, 0, 1) * np.sqrt(np.concatenate([[2.0], self.level[:-1].clip(0.05)]))
        out = np.concatenate([flow[1:], [0.1]])
        switch = self.rng.random(self.n) < 0.03
        self.demand[switch] = self.rng.uniform(0, 0.15, switch.sum())
        self.level += 0.05 * (flow - out - self.demand)
        self.level = self.level.clip(0.0, 2.5)
        self.hour += 0.1
        err = self.level - self.setpoint
        return -float((err ** 2).sum() + 5 * (self.level > 2.0).sum())


class GateBrain(torch.nn.Module):
    def __init__(self, n_in, n_out, n_hid=24):
        super().__init__()
        self.wx = torch.nn.Linear(n_in, n_hid)
        self.wh = torch.nn.Linear(n_hid, n_hid, bias=False)
        self.tau = torch.nn.Parameter(torch.zeros(n_hid))
        self.out = torch.nn.Linear(n_hid, n_out)
        self.x = torch.zeros(n_hid)

    def forward(self, u):
        a = torch.sigmoid(self.tau)
        self.x = (1 - a) * self.x + a * torch.tanh(self.wx(u) + self.wh(self.x))
        return torch.sigmoid(self.out(self.x))


def turn(canal, brain, hours):
    total, n = 0.0, int(hours / 0.1)
    with torch.no_grad():
        for _ in range(n):
            gates = brain(torch.from_numpy(canal.measure()).float())
            total += canal.step(gates.numpy())
    return total / n


def main(generations=300, popsize=20, sigma=0.05, lr=0.03, hours=12.0, seed=0):
    torch.manual_seed(seed)
    canal = Canal(seed=seed)
    brain = GateBrain(canal.n + 2, canal.n)
    theta = parameters_to_vector(brain.parameters()).detach().clone()
    m = torch.zeros_like(theta)

    turn(canal, brain, 48.0)  # let it fill

    for g in range(generations):
        eps = torch.randn(popsize // 2, theta.numel())
        eps = torch.cat([eps, -eps])
        fit = np.empty(popsize)
        for i in range(popsize):
            vector_to_parameters(theta + sigma * eps[i], brain.parameters())
            fit[i] = turn(canal, brain, hours)
        rank = torch.from_numpy(fit.argsort().argsort() / (popsize - 1) - 0.5).float()
        grad = (rank[:, None] * eps).mean(0) / sigma
        m = 0.9 * m + 0.1 * grad
        theta = theta + lr * m
        if g % 10 == 0:
            print(f"gen {g:4d}  mean {fit.mean():8.4f}  best {fit.max():8.4f}  |theta| {theta.norm():.2f}")
            np.save("gates.npy", theta.numpy())


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:3]))
