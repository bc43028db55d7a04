"""
Evolution strategies for a boat that is always at sea.

There is one long voyage; each candidate of the population gets the helm for a watch
of WATCH minutes, and its fitness is the distance made good.

usage: python sailing_es.py
"""
import math
import random

import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

POP = 20          # candidates per generation (mirrored pairs)
SIGMA = 0.05
ALPHA = 0.02
WATCH = 240
GENERATIONS = 300
HIDDEN = 24


class Boat:
    """Beating to windward. The wind shifts slowly."""

    def __init__(self):
        self.north = 0.0
        self.heading = 45.0
        self.speed = 3.0
        self.wind = 0.0
        self.shift = 0.0

    def look(self):
        apparent = (self.heading - self.wind + 180) % 360 - 180
        return torch.tensor([[apparent / 180, self.speed / 6, math.sin(math.radians(self.heading))]])

    def sail(self, rudder, sheet):
        self.shift = 0.99 * self.shift + random.gauss(0, 0.3)
        self.wind += 0.05 * self.shift
        self.heading = (self.heading + 6 * rudder) % 360
        angle = abs((self.heading - self.wind + 180) % 360 - 180)
        best_sheet = angle / 180
        drive = 0.0 if angle < 35 else 6 * math.sin(math.radians(min(angle, 120)))
        drive *= 1 - abs(best_sheet - sheet)
        self.speed += 0.2 * (drive - self.speed)
        before = self.north
        self.north += self.speed * math.cos(math.radians(self.heading)) / 60
        return self.north - before


class Helm(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(3, HIDDEN)
        self.out = nn.Linear(HIDDEN, 2)

    def forward(self, x, h):
        h = self.cell(x, h)
        return torch.tanh(self.out(h)), h


boat = Boat()
helm = Helm()
memory = torch.zeros(1, HIDDEN)


def watch(params):
    """Give the helm to one candidate."""
    global memory
    vector_to_parameters(params, helm.parameters())
    made_good = 0.0
    for _ in range(WATCH):
        out, memory = helm(boat.look(), memory)
        rudder, sheet = out[0].tolist()
        made_good += boat.sail(rudder, 0.5 * (sheet + 1))
    return made_good


def rank_transform(scores):
    ranks = scores.argsort().argsort().float()
    return ranks / (len(scores) - 1) - 0.5


@torch.no_grad()
def main():
    torch.manual_seed(0)
    random.seed(0)
    theta = parameters_to_vector(helm.parameters()).clone()
    print("parameters:", theta.numel())

    for gen in range(GENERATIONS):
        noise = torch.randn(POP // 2, theta.numel())
        noise = torch.cat([noise, -noise])
        scores = torch.tensor([watch(theta + SIGMA * eps) for eps in noise])
        weights = rank_transform(scores)
        theta += ALPHA / (POP * SIGMA) * (weights @ noise)
        if gen % 10 == 0:
            print(f"gen {gen:4d}  mean {scores.mean():.3f} nm  best {scores.max():.3f} nm  "
                  f"position {boat.north:.1f} nm")

    vector_to_parameters(theta, helm.parameters())
    torch.save(helm.state_dict(), "helm.pt")


if __name__ == "__main__":
    main()
