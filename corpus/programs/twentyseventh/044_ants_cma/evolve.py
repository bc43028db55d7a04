import argparse
import pickle

import cma
import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Forager(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.gru = nn.GRUCell(5, hidden)
        self.move = nn.Linear(hidden, 5)
        self.state = None

    def reset(self, n):
        self.state = torch.zeros(n, self.gru.hidden_size)

    def forward(self, x):
        self.state = self.gru(x, self.state)
        return self.move(self.state).argmax(-1)


MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])


class Patch:
    """Grid patch with food clumps. All ants share one brain, each has its own memory row."""

    def __init__(self, side, ants, seed):
        rng = np.random.default_rng(seed)
        self.side = side
        self.food = np.zeros((side, side), int)
        for cx, cy in rng.integers(2, side - 2, (6, 2)):
            self.food[cx - 1 : cx + 2, cy - 1 : cy + 2] += 3
        self.nest = np.array([side // 2, side // 2])
        self.pos = np.tile(self.nest, (ants, 1))
        self.carry = np.zeros(ants, bool)
        self.home = 0

    def sense(self):
        here = self.food[self.pos[:, 0], self.pos[:, 1]] > 0
        rel = (self.nest - self.pos) / self.side
        bump = ((self.pos == 0) | (self.pos == self.side - 1)).any(1)
        return np.column_stack([here, self.carry, rel, bump]).astype(np.float32)

    def step(self, a):
        self.pos = np.clip(self.pos + MOVES[a], 0, self.side - 1)
        for i, (x, y) in enumerate(self.pos):
            if not self.carry[i] and self.food[x, y] > 0:
                self.food[x, y] -= 1
                self.carry[i] = True
            elif self.carry[i] and (self.pos[i] == self.nest).all():
                self.carry[i] = False
                self.home += 1


@torch.no_grad()
def fitness(net, genome, args, seeds):
    vector_to_parameters(torch.as_tensor(genome, dtype=torch.float32), net.parameters())
    total = 0
    for seed in seeds:
        patch = Patch(args.side, args.ants, seed)
        net.reset(args.ants)
        for _ in range(args.steps):
            patch.step(net(torch.from_numpy(patch.sense())).numpy())
        total += patch.home
    return total / len(seeds)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--hidden", type=int, default=10)
    ap.add_argument("--ants", type=int, default=20)
    ap.add_argument("--side", type=int, default=25)
    ap.add_argument("--steps", type=int, default=300)
    ap.add_argument("--gens", type=int, default=200)
    ap.add_argument("--sigma", type=float, default=0.4)
    ap.add_argument("--patches", type=int, default=3)
    args = ap.parse_args()

    net = Forager(args.hidden)
    x0 = parameters_to_vector(net.parameters()).detach().numpy()
    es = cma.CMAEvolutionStrategy(x0, args.sigma, {"maxiter": args.gens})
    gen = 0
    while not es.stop():
        seeds = [1000 * gen + k for k in range(args.patches)]
        genomes = es.ask()
        es.tell(genomes, [-fitness(net, g, args, seeds) for g in genomes])
        if gen % 10 == 0:
            mean = fitness(net, es.result.xfavorite, args, range(10))
            print(f"gen {gen}  best {-es.result.fbest:.1f}  mean genome {mean:.1f}")
        gen += 1
    with open("forager.pkl", "wb") as f:
        pickle.dump(es.result.xbest, f)


if __name__ == "__main__":
    main()
