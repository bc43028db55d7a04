import random
import sys

import torch

from controller import Controller


def exploit(bad, good, rng):
    bad.net.load_state_dict(good.net.state_dict())
    bad.lr = good.lr * rng.choice((0.8, 1.2))
    bad.ent = good.ent * rng.choice((0.8, 1.2))
    bad.opt = torch.optim.RMSprop(bad.net.parameters(), bad.lr)
    bad.wait = good.wait


def main(rounds, n=10):
    rng = random.Random(4)
    torch.manual_seed(4)
    pop = [Controller(i, 10 ** rng.uniform(-4, -2.5), 10 ** rng.uniform(-3, -1.5)) for i in range(n)]
    for r in range(1, rounds + 1):
        for c in pop:
            c.work()
        if r % 150 == 0:
            pop.sort(key=lambda c: c.wait)
            for bad, good in zip(pop[:2], pop[-2:]):
                exploit(bad, good, rng)
                print(f"{r}: junction {bad.idx} takes over from {good.idx}")
            print(f"{r}: best {pop[-1].wait:.2f} lr {pop[-1].lr:.1e} ent {pop[-1].ent:.1e}")
    torch.save(pop[-1].net.state_dict(), "signal.pt")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
