# Evolution strategy that learns on the one and only greenhouse we have (simulated here).
# There are no episodes: the plants do not get reset. Every candidate drives the vents for 90 minutes.
import math
import sys

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

SIGMA, LR, PAIRS, SLOT = 0.04, 0.02, 6, 90


class Greenhouse:
    def __init__(self, seed=0):
        self.r = np.random.RandomState(seed)
        self.t, self.temp, self.hum, self.soil = 0, 18.0, 0.6, 0.5

    def sense(self):
        # the outside temperature is not measured
        return np.array([(self.temp - 22) / 5, self.hum - 0.6, self.soil - 0.5], np.float32) + 0.02 * self.r.randn(3).astype(np.float32)

    def drive(self, vent, mist, heat):
        outside = 12 + 8 * math.sin(2 * math.pi * self.t / 1440) + self.r.randn() * 0.1
        self.temp += 0.02 * (outside - self.temp) * (0.3 + vent) + 0.15 * heat - 0.05 * mist
        self.hum = min(1.0, max(0.0, self.hum + 0.02 * mist - 0.02 * vent * (self.hum - 0.4)))
        self.soil = min(1.0, max(0.0, self.soil + 0.004 * mist - 0.001))
        self.t += 1
        return -abs(self.temp - 22) / 5 - abs(self.hum - 0.65) - 0.2 * heat - 0.05 * (vent + mist)


class Keeper(nn.Module):
    def __init__(self, n=24):
        super().__init__()
        self.n = n
        self.rnn = nn.RNN(3, n, batch_first=True)
        self.out = nn.Linear(n, 3)

    def forward(self, x, hx):
        y, hx = self.rnn(x.view(1, 1, 3), hx)
        return torch.sigmoid(self.out(y[0, 0])), hx


def make_trial(house, keeper):
    """Returns trial(theta) -> fitness; the house and what the keeper remembers live on between calls."""
    hx = torch.zeros(1, 1, keeper.n)

    @torch.no_grad()
    def trial(theta, minutes=SLOT):
        nonlocal hx
        vector_to_parameters(theta, keeper.parameters())
        total = 0.0
        for _ in range(minutes):
            u, hx = keeper(torch.from_numpy(house.sense()), hx)
            total += house.drive(*u.tolist())
        return total / minutes

    return trial


def ranks(x):
    x = np.asarray(x)
    r = np.empty(len(x))
    r[x.argsort()] = np.linspace(-0.5, 0.5, len(x))
    return r


def main(days=60):
    torch.manual_seed(1)
    house, keeper = Greenhouse(), Keeper()
    trial = make_trial(house, keeper)
    mean = parameters_to_vector(keeper.parameters()).detach().clone()
    per_gen = (2 * PAIRS + 1) * SLOT
    for gen in range(days * 1440 // per_gen):
        eps = torch.randn(PAIRS, mean.numel())
        fit = []
        for e in eps:
            fit += [trial(mean + SIGMA * e), trial(mean - SIGMA * e)]
        w = ranks(fit).reshape(PAIRS, 2)
        grad = torch.as_tensor(w[:, 0] - w[:, 1], dtype=torch.float32) @ eps / (2 * PAIRS * SIGMA)
        mean += LR * grad
        print(f"gen {gen:4d}  mean policy {trial(mean):+.3f}  temp {house.temp:.1f} soil {house.soil:.2f}")
    vector_to_parameters(mean, keeper.parameters())
    torch.save(keeper.state_dict(), "keeper.pt")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
