import random

import torch

from pilots import Pilot


def season(n_pilots=6, rounds=400, lanes=64, seed=11):
    random.seed(seed)
    torch.manual_seed(seed)
    crew = [Pilot("pilot-%d" % i, lanes, 10 ** random.uniform(-3.5, -2.3)) for i in range(n_pilots)]
    for rnd in range(rounds):
        for pilot in crew:
            for _ in range(10):
                pilot.learn()
        crew.sort(key=lambda p: p.rating, reverse=True)
        first, last = crew[0], crew[-1]
        if rnd > 5 and last.rating < first.rating - 0.05:
            last.imitate(first, random.choice((0.7, 1.0, 1.4)))
            print("round %d: %s now flies like %s (lr %.2g)" % (rnd, last.name, first.name, last.lr))
        if rnd % 20 == 0:
            print(rnd, ", ".join("%s %.3f" % (p.name, p.rating) for p in crew))
    return crew[0]


if __name__ == "__main__":
    best = season()
    torch.save([m.state_dict() for m in best.parts], "best_pilot.pt")
