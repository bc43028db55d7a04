import random

import torch

from trainer import Trainer

POPULATION = 8
ROUNDS = 4000


def main():
    rng = random.Random(11)
    torch.manual_seed(11)
    team = [Trainer(f"shop-{i}", 10 ** rng.uniform(-4, -2.7), rng.choice([0.003, 0.01])) for i in range(POPULATION)]
    for rnd in range(1, ROUNDS + 1):
        for t in team:
            t.work()
        if rnd % 25 == 0:
            team.sort(key=lambda t: t.score)
            for poor, rich in zip(team[:2], team[-2:]):
                poor.hp = dict(rich.hp)
                poor.adopt(rich)
                poor.perturb(rng)
            print(rnd, " ".join(f"{t.name}={t.score:.3f}" for t in team))
        if rnd % 500 == 0:
            leader = max(team, key=lambda t: t.score)
            for t in team:
                if t is not leader:
                    t.adopt(leader, fresh_year=True)


if __name__ == "__main__":
    main()
