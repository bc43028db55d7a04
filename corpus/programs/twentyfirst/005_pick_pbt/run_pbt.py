import argparse
import random

import torch

from member import Hyper, Member

parser = argparse.ArgumentParser(description="PBT for the picking robots")
parser.add_argument("--env", default="PickAisle-v1")
parser.add_argument("--members", type=int, default=8)
parser.add_argument("--envs", type=int, default=16)
parser.add_argument("--hidden", type=int, default=128)
parser.add_argument("--generations", type=int, default=200)
parser.add_argument("--interval", type=int, default=100)
parser.add_argument("--quantile", type=float, default=0.25)
parser.add_argument("--seed", type=int, default=3)


def main():
    args = parser.parse_args()
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    pop = []
    for i in range(args.members):
        hyper = Hyper(lr=10 ** rng.uniform(-4, -2.7), ent=10 ** rng.uniform(-3, -1.5))
        pop.append(Member(i, args.env, args.envs, args.hidden, hyper, device))
    cut = max(1, int(args.quantile * args.members))

    for gen in range(args.generations):
        for m in pop:
            m.train(args.interval)
        ranked = sorted(pop, key=lambda m: m.score, reverse=True)
        print(gen, " ".join(f"{m.idx}:{m.score:.2f}" for m in ranked))
        torch.save(ranked[0].net.state_dict(), "pick_best.pt")
        for loser in ranked[-cut:]:
            winner = rng.choice(ranked[:cut])
            print(f"   {loser.idx} <- {winner.idx}")
            loser.inherit(winner, rng)


if __name__ == "__main__":
    main()
