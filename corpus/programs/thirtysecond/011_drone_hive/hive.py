import multiprocessing as mp

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from swarm import Swarm

DRONES, CELL, TICKS = 24, 20, 150


class Wing(nn.Module):
    def __init__(self):
        super().__init__()
        self.core = nn.LSTMCell(4, CELL)
        self.push = nn.Linear(CELL, 2)

    def forward(self, x, carry):
        h, c = self.core(x, (carry[0], carry[1]))
        return torch.tanh(self.push(h)), torch.stack([h, c])


def worker(seed, inbox, outbox):
    torch.set_num_threads(1)
    wing = Wing()
    swarm = Swarm(DRONES, seed)
    carry = torch.zeros(2, DRONES, CELL)
    with torch.no_grad():
        while True:
            job = inbox.get()
            if job is None:
                return
            ident, genome = job
            vector_to_parameters(torch.from_numpy(genome), wing.parameters())
            carry[0].zero_()
            total = 0.0
            for _ in range(TICKS):
                push, carry = wing(torch.from_numpy(swarm.sense()), carry)
                reward, swapped = swarm.fly(push.numpy())
                carry[:, torch.from_numpy(swapped)] = 0.0
                total += reward
            outbox.put((ident, total / TICKS))


class Evolution:
    def __init__(self, size, sigma=0.08, lr=0.05, pop=32):
        self.mean = np.zeros(size, np.float32)
        self.sigma, self.lr, self.pop = sigma, lr, pop

    def ask(self):
        half = np.random.randn(self.pop // 2, self.mean.size).astype(np.float32)
        self.noise = np.concatenate([half, -half])
        return self.mean + self.sigma * self.noise

    def tell(self, fitness):
        rank = np.empty(self.pop, np.float32)
        rank[np.argsort(fitness)] = np.linspace(-0.5, 0.5, self.pop)
        self.mean += self.lr / (self.pop * self.sigma) * rank @ self.noise


def main(workers=8, generations=400):
    inbox, outbox = mp.Queue(), mp.Queue()
    procs = [mp.Process(target=worker, args=(s, inbox, outbox), daemon=True) for s in range(workers)]
    for p in procs:
        p.start()
    first = parameters_to_vector(Wing().parameters()).detach().numpy()
    es = Evolution(first.size)
    es.mean += first
    for g in range(generations):
        for ident, genome in enumerate(es.ask()):
            inbox.put((ident, genome))
        fitness = np.zeros(es.pop)
        for _ in range(es.pop):
            ident, f = outbox.get()
            fitness[ident] = f
        es.tell(fitness)
        print(g, fitness.mean().round(4), fitness.max().round(4))
    for _ in procs:
        inbox.put(None)
    for p in procs:
        p.join()
    np.save("hive_mean.npy", es.mean)


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
