# "Garden": endless creatures, no episodes; a creature only dies when its energy is zero.
import argparse

import torch

from ga.genome import Genome
from ga.ops import jitter, overwrite
from garden import World


def cli():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=64)
    ap.add_argument("--sigma", type=float, default=0.02)
    ap.add_argument("--season", type=int, default=2000)
    ap.add_argument("--seasons", type=int, default=10**4)
    return ap.parse_args()


def main():
    args = cli()
    world = World(args.n)
    herd = [Genome(world.obs_dim, world.act_dim) for _ in range(args.n)]
    for season in range(args.seasons):
        for _ in range(args.season):
            o = torch.from_numpy(world.sense()).float()
            with torch.no_grad():
                a = torch.cat([g(o[i : i + 1]) for i, g in enumerate(herd)])
            dead = world.move(a.numpy())
            for i in dead:
                herd[i].forget()
                world.respawn(i)
        rank = world.energy().argsort()
        cut = args.n // 8
        for lo, hi in zip(rank[:cut], rank[::-1][:cut]):
            overwrite(herd[lo], herd[hi])
            jitter(herd[lo], args.sigma)
        print(season, float(world.energy().max()))


if __name__ == "__main__":
    main()
