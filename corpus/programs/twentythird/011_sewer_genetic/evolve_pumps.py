"""Genetic search for a recurrent pump schedule on the replayed 2014-2021 inflow record."""
import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

DT = 300.0  # s


class WetWell:
    def __init__(self, inflow, area=(180.0, 95.0, 140.0)):
        self.inflow = inflow
        self.area = np.asarray(area)
        self.k = 0
        self.level = np.full(3, 1.2)

    def obs(self):
        row = self.inflow[self.k % len(self.inflow)]
        return np.concatenate([self.level / 4.0, row / 2.0]).astype(np.float32)

    def step(self, speed):
        q_in = self.inflow[self.k % len(self.inflow)]
        q_out = speed * 1.8
        self.level = self.level + (q_in - q_out) * DT / self.area
        spill = np.maximum(self.level - 4.0, 0.0) * self.area
        self.level = np.clip(self.level, 0.2, 4.0)
        self.k += 1
        energy = float((speed ** 3).sum())
        return float(spill.sum()) * 5.0 + energy


class PumpRNN(nn.Module):
    def __init__(self, n_in=6, n_hidden=24, n_pumps=3):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, n_hidden)
        self.out = nn.Linear(n_hidden, n_pumps)
        self.n_hidden = n_hidden

    def forward(self, x, h):
        h = self.rnn(x, h)
        return torch.sigmoid(self.out(h)), h


class Station:
    """The simulated station never stops: candidates take turns at the controls."""

    def __init__(self, inflow):
        self.well = WetWell(inflow)
        self.net = PumpRNN()
        self.h = torch.zeros(1, self.net.n_hidden)

    @property
    def dna(self):
        return parameters_to_vector(self.net.parameters()).detach()

    def trial(self, genome, steps=288):
        vector_to_parameters(genome, self.net.parameters())
        cost = 0.0
        for _ in range(steps):
            x = torch.from_numpy(self.well.obs()).unsqueeze(0)
            with torch.no_grad():
                speed, self.h = self.net(x, self.h)
            cost += self.well.step(speed.squeeze(0).numpy())
        return cost / steps


def crossover(a, b, gen):
    mask = torch.rand(a.shape, generator=gen) < 0.5
    return torch.where(mask, a, b)


def evolve(inflow, generations=300, size=40, elite=6, sigma=0.05, seed=0):
    gen = torch.Generator().manual_seed(seed)
    station = Station(inflow)
    n = station.dna.numel()
    genomes = [0.3 * torch.randn(n, generator=gen) for _ in range(size)]
    best = None
    for g in range(generations):
        costs = [station.trial(x) for x in genomes]
        order = np.argsort(costs)
        parents = [genomes[i] for i in order[:elite]]
        best = parents[0].clone()
        print(f"gen {g:4d} best {costs[order[0]]:.3f} median {np.median(costs):.3f}")
        children = [p.clone() for p in parents]
        while len(children) < size:
            i, j = torch.randint(elite, (2,), generator=gen).tolist()
            child = crossover(parents[i], parents[j], gen)
            children.append(child + sigma * torch.randn(n, generator=gen))
        genomes = children
    return best


if __name__ == "__main__":
    record = np.load("inflow_5min.npy")
    np.save("pump_genome.npy", evolve(record).numpy())
