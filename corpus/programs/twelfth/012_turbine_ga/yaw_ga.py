#!/usr/bin/env python
"""Genetic search for the yaw controller of a turbine. The plant model runs continuously
and every genome gets a time window on it, like it would on the real machine."""
import heapq
import json
import math
import random
from pathlib import Path

import torch
from torch import nn

SETTINGS = {
    "population": 24,
    "elite": 4,
    "generations": 80,
    "window": 240,
    "mutation": 0.05,
    "crossover": 0.5,
    "seed": 11,
    "out": "yaw_ga",
}


class Turbine:
    def __init__(self):
        self.wind_dir = 0.0
        self.wind_speed = 9.0
        self.yaw = 0.0
        self.gust = 0.0

    def advance(self, rate):
        rate = max(-1.0, min(1.0, rate))
        self.gust = 0.9 * self.gust + random.gauss(0, 0.4)
        self.wind_dir += random.gauss(0, 0.6)
        self.wind_speed = max(3.0, 0.99 * self.wind_speed + 0.09 + random.gauss(0, 0.1))
        self.yaw += 0.5 * rate
        error = math.radians(self.wind_dir - self.yaw)
        power = (self.wind_speed + self.gust) ** 3 * max(0.0, math.cos(error)) ** 3
        return power / 1000.0 - 0.05 * abs(rate)

    def vane(self):
        err = self.wind_dir - self.yaw + random.gauss(0, 4.0)
        return [err / 30.0, (self.wind_speed + self.gust) / 15.0]


class YawNet(nn.Module):
    def __init__(self, hidden=12):
        super().__init__()
        self.cell = nn.GRUCell(2, hidden)
        self.rate = nn.Linear(hidden, 1)
        self.h = torch.zeros(1, hidden)

    def forward(self, x):
        self.h = self.cell(x, self.h)
        return torch.tanh(self.rate(self.h))


class Genome:
    def __init__(self, genes):
        self.genes = genes
        self.fitness = None

    def cross(self, other, p):
        mask = torch.rand_like(self.genes) < p
        return Genome(torch.where(mask, self.genes, other.genes))

    def mutate(self, scale):
        self.genes = self.genes + scale * torch.randn_like(self.genes)
        return self


def express(genome, net):
    start = 0
    for p in net.parameters():
        n = p.numel()
        p.data.copy_(genome.genes[start:start + n].view_as(p))
        start += n


def measure(turbine, net, window):
    power = 0.0
    with torch.no_grad():
        for _ in range(window):
            rate = net(torch.tensor([turbine.vane()])).item()
            power += turbine.advance(rate)
    return power / window


def breed(population, cfg):
    elite = heapq.nlargest(cfg["elite"], population, key=lambda g: g.fitness)
    children = [Genome(g.genes.clone()) for g in elite]
    while len(children) < cfg["population"]:
        mum, dad = (max(random.sample(population, 3), key=lambda g: g.fitness) for _ in range(2))
        children.append(mum.cross(dad, cfg["crossover"]).mutate(cfg["mutation"]))
    return children


def main(cfg):
    random.seed(cfg["seed"])
    torch.manual_seed(cfg["seed"])
    out = Path(cfg["out"])
    out.mkdir(exist_ok=True)

    turbine = Turbine()
    net = YawNet()
    size = sum(p.numel() for p in net.parameters())
    population = [Genome(0.3 * torch.randn(size)) for _ in range(cfg["population"])]
    history = []

    for gen in range(cfg["generations"]):
        for genome in population:
            express(genome, net)
            genome.fitness = measure(turbine, net, cfg["window"])
        best = max(population, key=lambda g: g.fitness)
        avg = sum(g.fitness for g in population) / len(population)
        history.append({"gen": gen, "best": best.fitness, "mean": avg})
        print(f"gen {gen:02d}  best {best.fitness:.3f}  mean {avg:.3f}")
        torch.save(best.genes, out / f"gen_{gen:02d}.pt")
        population = breed(population, cfg)

    (out / "history.json").write_text(json.dumps(history, indent=1))


if __name__ == "__main__":
    main(SETTINGS)
