import argparse
import multiprocessing as mp

import numpy as np
import torch

from arm import ArmEnv
from brain import Brain

_brain = None


def init_worker():
    global _brain
    torch.set_num_threads(1)
    _brain = Brain(ArmEnv.n_in, ArmEnv.n_out)


def lifetime(brain, seed):
    env = ArmEnv(seed)
    x = env.reset()
    s = torch.zeros(1, brain.n)
    total, over = 0.0, False
    while not over:
        y, s = brain(torch.tensor([x]), s)
        x, r, over = env.step(y[0].tolist())
        total += r
    return total


def fitness(job):
    genome, seeds = job
    _brain.express(torch.from_numpy(genome))
    return sum(lifetime(_brain, sd) for sd in seeds) / len(seeds)


def breed(parents, n, sigma, rng):
    kids = [parents[0]]
    while len(kids) < n:
        a, b = parents[rng.integers(len(parents))], parents[rng.integers(len(parents))]
        mask = rng.random(a.shape) < 0.5
        child = np.where(mask, a, b) + sigma * rng.standard_normal(a.shape)
        kids.append(child.astype(np.float32))
    return kids


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pop", type=int, default=96)
    ap.add_argument("--elite", type=int, default=12)
    ap.add_argument("--gens", type=int, default=300)
    ap.add_argument("--trials", type=int, default=6)
    ap.add_argument("--procs", type=int, default=4)
    args = ap.parse_args()
    rng = np.random.default_rng(1)
    base = Brain(ArmEnv.n_in, ArmEnv.n_out).genome().numpy()
    pop = [(base + 0.3 * rng.standard_normal(base.shape)).astype(np.float32) for _ in range(args.pop)]
    sigma = 0.1
    with mp.Pool(args.procs, initializer=init_worker) as pool:
        for gen in range(args.gens):
            seeds = rng.integers(1 << 30, size=args.trials).tolist()
            scores = np.array(pool.map(fitness, [(g, seeds) for g in pop]))
            order = scores.argsort()[::-1]
            print("gen %3d  best %.3f  mean %.3f  sigma %.3f" % (gen, scores.max(), scores.mean(), sigma))
            parents = [pop[i] for i in order[:args.elite]]
            np.save("elite.npy", np.stack(parents))
            pop = breed(parents, args.pop, sigma, rng)
            sigma = max(0.02, sigma * 0.995)


if __name__ == "__main__":
    main()
