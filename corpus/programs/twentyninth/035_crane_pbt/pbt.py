import random

import ray

from member import Member


def perturb(x):
    return x * random.choice([0.8, 1.25])


def main(size=8, rounds=200, quarter=2):
    ray.init()
    members = [Member.remote(i, 10 ** random.uniform(-4, -2.5), 10 ** random.uniform(-3, -1)) for i in range(size)]
    for rnd in range(rounds):
        scores = ray.get([m.train.remote(48) for m in members])
        order = sorted(range(size), key=scores.__getitem__)
        print(rnd, [round(scores[i], 1) for i in order])
        for loser in order[:quarter]:
            winner = random.choice(order[-quarter:])
            weights, lr, ent = ray.get(members[winner].give.remote())
            ray.get(members[loser].take.remote(weights, perturb(lr), perturb(ent)))


if __name__ == "__main__":
    main()
