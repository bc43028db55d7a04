import argparse
import multiprocessing as mp
import os

import numpy as np
import torch

from policy import BallOnPlate, PlatePolicy

POLICY = None


def setup():
    global POLICY
    torch.set_num_threads(1)
    POLICY = PlatePolicy()


@torch.no_grad()
def fitness(job):
    genes, seeds = job
    POLICY.express(genes)
    score = 0.0
    for seed in seeds:
        POLICY.mgu.begin()
        plate = BallOnPlate(seed)
        over = False
        while not over:
            angles = POLICY(torch.from_numpy(plate.look())).numpy()
            r, over = plate.tilt(angles)
            score += r
        score -= 2.0 * (400 - plate.t)
    return score / len(seeds)


class SeparableES:
    """sNES with rank utilities."""

    def __init__(self, dim, pop, sigma):
        self.mu = np.zeros(dim)
        self.sd = np.full(dim, sigma)
        self.pop = pop
        self.eta = (3 + np.log(dim)) / (5 * np.sqrt(dim))
        ranks = np.arange(1, pop + 1)
        u = np.maximum(0, np.log(pop / 2 + 1) - np.log(ranks))
        self.util = u / u.sum() - 1.0 / pop

    def ask(self, rng):
        self.noise = rng.standard_normal((self.pop, len(self.mu)))
        return self.mu + self.sd * self.noise

    def tell(self, scores):
        order = np.argsort(scores)[::-1]
        z = self.noise[order]
        self.mu = self.mu + self.sd * (self.util @ z)
        self.sd = self.sd * np.exp(0.5 * self.eta * (self.util @ (z ** 2 - 1)))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--pop', type=int, default=64)
    ap.add_argument('--gens', type=int, default=300)
    ap.add_argument('--sigma', type=float, default=0.3)
    ap.add_argument('--episodes', type=int, default=4)
    ap.add_argument('--out', default='plate_genes.npy')
    a = ap.parse_args()

    rng = np.random.default_rng(0)
    es = SeparableES(PlatePolicy().n_genes(), a.pop, a.sigma)
    with mp.Pool(os.cpu_count(), initializer=setup) as pool:
        for g in range(a.gens):
            genes = es.ask(rng)
            seeds = rng.integers(0, 2 ** 31 - 1, a.episodes).tolist()
            scores = np.array(pool.map(fitness, [(x, seeds) for x in genes]))
            es.tell(scores)
            if g % 10 == 0:
                print('%4d best %.2f mean %.2f sd %.3f' % (g, scores.max(), scores.mean(), es.sd.mean()))
                np.save(a.out, es.mu)


if __name__ == '__main__':
    main()
