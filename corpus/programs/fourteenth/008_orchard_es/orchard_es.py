#!/usr/bin/env python
"""Tune a small recurrent irrigation controller with evolution strategies on a running orchard model."""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Orchard:
    """Hourly soil-water balance of 4 blocks over a 180 day season."""

    HOURS = 180 * 24

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.new_season()

    def new_season(self):
        self.hour = 0
        self.water = self.rng.uniform(0.3, 0.5, 4)
        self.soil = self.rng.uniform(0.5, 1.5, 4)
        self.rain = 0.0

    def readings(self):
        probe = self.water + 0.03 * self.rng.standard_normal(4)
        tod = 2 * np.pi * (self.hour % 24) / 24
        return torch.tensor([*probe, np.sin(tod), np.cos(tod), self.rain], dtype=torch.float32)

    def hour_passes(self, valves):
        self.rain = float(self.rng.exponential(0.2)) if self.rng.random() < 0.02 else 0.0
        sun = max(0.0, np.sin(2 * np.pi * ((self.hour % 24) - 6) / 24))
        self.water = self.water + 0.02 * valves + 0.1 * self.rain - 0.008 * sun * self.soil
        runoff = np.clip(self.water - 0.8, 0, None).sum()
        self.water = np.clip(self.water, 0, 0.8)
        self.hour += 1
        stress = np.clip(0.35 - self.water, 0, None).sum()
        return -(stress + 0.5 * runoff + 0.05 * valves.sum())


class Controller(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.cell = nn.GRUCell(7, hidden)
        self.valve = nn.Linear(hidden, 4)
        self.hidden = hidden
        for p in self.parameters():
            p.requires_grad_(False)

    def forget(self):
        self.memory = torch.zeros(1, self.hidden)

    def decide(self, x):
        self.memory = self.cell(x.unsqueeze(0), self.memory)
        return torch.sigmoid(self.valve(self.memory))[0].numpy()


class Plant:
    def __init__(self, hidden, seed):
        self.orchard = Orchard(seed)
        self.ctl = Controller(hidden)
        self.ctl.forget()

    def trial(self, theta, hours):
        """Let the candidate run the valves for a while and return its mean reward."""
        vector_to_parameters(theta, self.ctl.parameters())
        total = 0.0
        for _ in range(hours):
            total += self.orchard.hour_passes(self.ctl.decide(self.orchard.readings()))
            if self.orchard.hour >= Orchard.HOURS:
                self.orchard.new_season()
                self.ctl.forget()
        return total / hours


def ranks(x):
    r = np.empty(len(x))
    r[np.argsort(x)] = np.arange(len(x))
    return torch.tensor(r / (len(x) - 1) - 0.5, dtype=torch.float32)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--hidden", type=int, default=16)
    ap.add_argument("--pairs", type=int, default=10)
    ap.add_argument("--hours", type=int, default=72)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.03)
    ap.add_argument("--iters", type=int, default=3000)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    torch.manual_seed(args.seed)
    plant = Plant(args.hidden, args.seed)
    theta = parameters_to_vector(plant.ctl.parameters()).clone()
    for it in range(args.iters):
        noise = torch.randn(args.pairs, theta.numel())
        noise = torch.cat([noise, -noise])
        scores = [plant.trial(theta + args.sigma * n, args.hours) for n in noise]
        theta = theta + args.lr / (len(noise) * args.sigma) * (ranks(np.array(scores)) @ noise)
        if it % 25 == 0:
            print(f"iter {it}: mean {np.mean(scores):.4f} best {np.max(scores):.4f}")
    np.save("orchard_theta.npy", theta.numpy())


if __name__ == "__main__":
    main()
