import argparse

import numpy as np
import torch

from member import Member


def parse():
    p = argparse.ArgumentParser("population based training of lift-truck pickers")
    p.add_argument("--population", type=int, default=10)
    p.add_argument("--trucks", type=int, default=16)
    p.add_argument("--rounds", type=int, default=200)
    p.add_argument("--windows", type=int, default=40)
    p.add_argument("--out", default="picker.pt")
    return p.parse_args()


def main():
    args = parse()
    rng = np.random.default_rng(7)
    population = [
        Member(i, args.trucks, lr=10 ** rng.uniform(-4, -2.7), entropy=10 ** rng.uniform(-3, -1.5), seed=i)
        for i in range(args.population)
    ]
    cut = max(1, args.population // 5)
    for rnd in range(args.rounds):
        for m in population:
            for _ in range(args.windows):
                m.window()
        order = sorted(population, key=lambda m: m.fitness)
        losers, winners = order[:cut], order[-cut:]
        for loser in losers:
            donor = winners[rng.integers(cut)]
            loser.inherit(donor, rng)
        print(rnd, f"best {order[-1].fitness:.2f} worst {order[0].fitness:.2f}")
        torch.save(order[-1].net.state_dict(), args.out)


if __name__ == "__main__":
    main()
