"""Population based training: python pbt.py --population 8"""
import argparse

import numpy as np
import torch

from member import Member


def sample_hparams(rng):
    return {
        "lr": 10 ** rng.uniform(-4, -2.5),
        "entropy": 10 ** rng.uniform(-3, -1.5),
        "gamma": 0.99,
    }


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--population", type=int, default=8)
    p.add_argument("--rounds", type=int, default=200)
    p.add_argument("--steps", type=int, default=2048)
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()

    rng = np.random.RandomState(args.seed)
    torch.manual_seed(args.seed)
    population = [Member(i, sample_hparams(rng)) for i in range(args.population)]
    quarter = max(1, args.population // 4)

    for rnd in range(args.rounds):
        for member in population:
            member.train(args.steps)

        ranked = sorted(population, key=lambda m: m.score(), reverse=True)
        top, bottom = ranked[:quarter], ranked[-quarter:]
        for loser in bottom:
            winner = top[rng.randint(len(top))]
            if winner is loser or winner.score() <= loser.score():
                continue
            loser.exploit(winner)
            loser.explore(rng)
            print(f"round {rnd}: {loser.idx} copies {winner.idx}, now {loser.hparams}")
        print(f"round {rnd}: best {ranked[0].score():.1f}")

    torch.save(ranked[0].model.state_dict(), "pointing_best.pt")


if __name__ == "__main__":
    main()
