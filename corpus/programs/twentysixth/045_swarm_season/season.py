"""Evolves an ant controller on a field whose season never stops."""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class AntBrain(nn.Module):
    def __init__(self, n_in=6, n_hidden=16, n_moves=5):
        super().__init__()
        self.n_hidden = n_hidden
        self.rnn = nn.RNNCell(n_in, n_hidden)
        self.move = nn.Linear(n_hidden, n_moves)

    def forward(self, x, h):
        h = self.rnn(x, h)
        return self.move(h), h


class Field:
    MOVES = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])

    def __init__(self, size, n_ants, rng):
        self.size, self.rng = size, rng
        self.food = rng.random((size, size)) < 0.05
        self.scent = np.zeros((size, size))
        self.nest = np.array([size // 2, size // 2])
        self.ants = {f"ant{i}": self.nest.copy() for i in range(n_ants)}
        self.loaded = {k: False for k in self.ants}

    def sense(self, ant):
        x, y = self.ants[ant]
        home = (self.nest - self.ants[ant]) / self.size
        return torch.tensor(
            [[float(self.food[x, y]), self.scent[x, y], home[0], home[1], float(self.loaded[ant]), 1.0]],
            dtype=torch.float32,
        )

    def step(self, moves):
        delivered = 0
        for ant, m in moves.items():
            self.ants[ant] = (self.ants[ant] + self.MOVES[m]) % self.size
            x, y = self.ants[ant]
            if self.food[x, y] and not self.loaded[ant]:
                self.food[x, y] = False
                self.loaded[ant] = True
            elif self.loaded[ant]:
                self.scent[x, y] = 1.0
                if (self.ants[ant] == self.nest).all():
                    self.loaded[ant] = False
                    delivered += 1
        self.scent *= 0.97
        if self.rng.random() < 0.3:
            self.food[tuple(self.rng.integers(0, self.size, 2))] = True
        return delivered


class Colony:
    def __init__(self, field):
        self.field = field
        self.brain = AntBrain()
        self.memory = {a: torch.zeros(1, self.brain.n_hidden) for a in field.ants}

    def adopt(self, genome):
        vector_to_parameters(torch.as_tensor(genome, dtype=torch.float32), self.brain.parameters())

    @torch.no_grad()
    def forage(self, ticks):
        delivered = 0
        for _ in range(ticks):
            moves = {}
            for ant in self.field.ants:
                logits, self.memory[ant] = self.brain(self.field.sense(ant), self.memory[ant])
                moves[ant] = int(torch.distributions.Categorical(logits=logits).sample())
            delivered += self.field.step(moves)
        return delivered


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=300)
    ap.add_argument("--pairs", type=int, default=10)
    ap.add_argument("--ticks", type=int, default=250)
    ap.add_argument("--sigma", type=float, default=0.08)
    ap.add_argument("--lr", type=float, default=0.05)
    ap.add_argument("--ants", type=int, default=20)
    args = ap.parse_args()

    rng = np.random.default_rng(7)
    colony = Colony(Field(32, args.ants, rng))
    theta = parameters_to_vector(colony.brain.parameters()).detach().numpy().copy()
    for gen in range(args.generations):
        grad = np.zeros_like(theta)
        harvest = []
        for _ in range(args.pairs):
            eps = rng.standard_normal(theta.size)
            colony.adopt(theta + args.sigma * eps)
            plus = colony.forage(args.ticks)
            colony.adopt(theta - args.sigma * eps)
            minus = colony.forage(args.ticks)
            grad += (plus - minus) * eps
            harvest += [plus, minus]
        theta = theta + args.lr * grad / (2 * args.pairs * args.sigma)
        print(f"gen {gen}: mean harvest {np.mean(harvest):.1f}")
    np.save("theta.npy", theta)


if __name__ == "__main__":
    main()
