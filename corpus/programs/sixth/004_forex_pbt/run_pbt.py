import argparse

import numpy as np

from member import Member


def truncation(pop, frac, rng):
    order = sorted(pop, key=lambda m: m.score)
    k = max(1, int(len(order) * frac))
    for loser in order[:k]:
        winner = order[-1 - int(rng.integers(k))]
        loser.become(winner, rng)
        yield loser.idx, winner.idx


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-n", type=int, default=12)
    p.add_argument("--rounds", type=int, default=20000)
    p.add_argument("--ready", type=int, default=200)
    p.add_argument("--frac", type=float, default=0.25)
    a = p.parse_args()
    rng = np.random.default_rng(7)
    pop = [Member(i) for i in range(a.n)]
    for r in range(1, a.rounds + 1):
        for m in pop:
            m.live()
        if r % a.ready == 0:
            for i, j in truncation(pop, a.frac, rng):
                print(f"[{r}] {i} <- {j}")
            best = max(pop, key=lambda m: m.score)
            print(f"[{r}] best {best.idx} score {best.score:.4f} equity {best.account.equity:+.5f} {best.hyp}")


if __name__ == "__main__":
    main()
