import argparse
import math
import multiprocessing as mp
import random

import cma
import numpy as np
import torch
from torch import nn


class ThermalField:
    def __init__(self, seed):
        rnd = random.Random(seed)
        self.thermals = [(rnd.uniform(-800, 800), rnd.uniform(-800, 800), rnd.uniform(1.5, 4.5)) for _ in range(12)]
        self.rnd = rnd

    def lift(self, x, y):
        return sum(w * math.exp(-((x - a) ** 2 + (y - b) ** 2) / 100 ** 2) for a, b, w in self.thermals) - 1.1


class SoarNet(nn.Module):
    """Vario, bank and height in, bank command out. Small, so that CMA can cope with it."""

    def __init__(self, units=8):
        super().__init__()
        self.cell = nn.LSTMCell(3, units)
        self.out = nn.Linear(units, 1)
        self.units = units
        self.state = None

    def reset(self):
        self.state = (torch.zeros(1, self.units), torch.zeros(1, self.units))

    def step(self, x):
        self.state = self.cell(x, self.state)
        return torch.tanh(self.out(self.state[0])).item()

    def set_flat(self, flat):
        i = 0
        with torch.no_grad():
            for p in self.parameters():
                n = p.numel()
                p.copy_(torch.as_tensor(flat[i:i + n], dtype=p.dtype).view_as(p))
                i += n

    def size(self):
        return sum(p.numel() for p in self.parameters())


net = None


def init_worker():
    global net
    torch.set_num_threads(1)
    net = SoarNet()


def fly(pilot, seed, seconds=900):
    field = ThermalField(seed)
    pilot.reset()
    x = y = heading = bank = 0.0
    height = 300.0
    for t in range(seconds):
        climb = field.lift(x, y) - 0.4 * bank * bank
        seen = climb + field.rnd.gauss(0, 0.2)
        with torch.no_grad():
            command = pilot.step(torch.tensor([[seen / 3, bank, height / 1000]]))
        bank += 0.5 * (command - bank)
        heading += 9.81 * math.tan(0.7 * bank) / 14
        x += 14 * math.cos(heading)
        y += 14 * math.sin(heading)
        height += climb
        if height <= 0:
            return t - seconds
    return height


def fitness(job):
    flat, seeds = job
    net.set_flat(flat)
    return -float(np.mean([fly(net, s) for s in seeds]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=200)
    ap.add_argument("--popsize", type=int, default=32)
    ap.add_argument("--flights", type=int, default=4)
    ap.add_argument("--procs", type=int, default=mp.cpu_count())
    args = ap.parse_args()

    es = cma.CMAEvolutionStrategy(np.zeros(SoarNet().size()), 0.3, {"popsize": args.popsize})
    with mp.Pool(args.procs, initializer=init_worker) as pool:
        for gen in range(args.generations):
            candidates = es.ask()
            seeds = [gen * 100 + i for i in range(args.flights)]
            costs = pool.map(fitness, [(c, seeds) for c in candidates])
            es.tell(candidates, costs)
            print(f"{gen:4d} best {-min(costs):8.1f} mean {-np.mean(costs):8.1f} sigma {es.sigma:.3f}")

    final = SoarNet()
    final.set_flat(es.result.xfavorite)
    print("test", np.mean([fly(final, 10_000 + i) for i in range(50)]))
    torch.save(final.state_dict(), "soarnet.pt")


if __name__ == "__main__":
    main()
