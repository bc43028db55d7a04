import argparse

import numpy as np
import torch

from trader import Desk, Hypers


def evolve(desks, rng, share=0.3):
    order = sorted(range(len(desks)), key=lambda i: desks[i].worth)
    n = max(1, int(share * len(desks)))
    moves = []
    for i, j in zip(order[:n], rng.choice(order[-n:], size=n)):
        if desks[j].worth > desks[i].worth:
            desks[i] = desks[j].clone(rng)
            moves.append((int(i), int(j)))
    return moves


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--desks", type=int, default=10)
    p.add_argument("--rounds", type=int, default=200)
    p.add_argument("--weeks", type=int, default=8, help="updates between two selections")
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()

    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    desks = [Desk.open(Hypers(lr=float(10 ** rng.uniform(-4, -2.7)), clip=float(rng.uniform(0.1, 0.3))), seed=args.seed + i)
             for i in range(args.desks)]
    for rnd in range(args.rounds):
        for desk in desks:
            for _ in range(args.weeks):
                desk.improve()
        moves = evolve(desks, rng)
        best = max(desks, key=lambda d: d.worth)
        print(f"[{rnd:03d}] best {best.worth:8.2f} lr {best.hypers.lr:.1e} clip {best.hypers.clip:.2f} moves {moves}")
    torch.save(max(desks, key=lambda d: d.worth).net.state_dict(), "battery.pt")


if __name__ == "__main__":
    main()
