import argparse
import logging

import torch

from .brain import Brain
from .cem import CEM
from .field import Field

log = logging.getLogger("forage")


def live(brain, field, obs, ticks):
    eaten = 0.0
    for _ in range(ticks):
        obs, food = field.tick(brain.decide(obs))
        eaten += food
    return obs, eaten


def main(argv=None):
    ap = argparse.ArgumentParser("forage")
    ap.add_argument("--generations", type=int, default=200)
    ap.add_argument("--ticks", type=int, default=250)
    ap.add_argument("--population", type=int, default=32)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--save", default="genome.pt")
    args = ap.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.manual_seed(args.seed)

    field = Field(seed=args.seed)
    brain = Brain()
    start = brain.genome()
    cem = CEM(start, torch.full_like(start, 0.5), population=args.population)
    obs = field.sense()
    for gen in range(args.generations):
        genomes = cem.ask()
        scores = []
        for g in genomes:
            brain.express(g)
            obs, eaten = live(brain, field, obs, args.ticks)
            scores.append(eaten)
        cem.tell(genomes, scores)
        log.info("gen %d  best %.0f  mean %.1f  std %.3f", gen, max(scores), sum(scores) / len(scores), float(cem.std.mean()))
        torch.save(cem.mean, args.save)


if __name__ == "__main__":
    main()
