import argparse
import csv
import random

import torch

from member import Member


def evolve(members, frac):
    order = sorted(members, key=Member.score)
    k = max(1, int(len(order) * frac))
    for weak in order[:k]:
        strong = random.choice(order[-k:])
        if strong.score() > weak.score():
            weak.exploit(strong)
            weak.explore()
    return order[-1]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", "--members", type=int, default=10)
    ap.add_argument("--generations", type=int, default=400)
    ap.add_argument("--updates", type=int, default=50)
    ap.add_argument("--unroll", type=int, default=20)
    ap.add_argument("--log", default="pbt.csv")
    args = ap.parse_args()

    members = [
        Member(seed=s, lr=10 ** random.uniform(-4.5, -2.5), beta=10 ** random.uniform(-4, -1.5))
        for s in range(args.members)
    ]
    with open(args.log, "w", newline="") as f:
        out = csv.writer(f)
        for gen in range(args.generations):
            for m in members:
                for _ in range(args.updates):
                    m.advance(args.unroll)
            best = evolve(members, 0.25)
            out.writerow([gen, best.seed, best.score(), best.lr, best.beta])
            f.flush()
    torch.save(best.net.state_dict(), "controller.pt")


if __name__ == "__main__":
    main()
