import argparse
import random

import gymnasium as gym
import ray

from pbt.actor import MemberActor


def perturb(hp):
    hp = dict(hp)
    hp["lr"] *= random.choice([0.8, 1.2])
    return hp


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=8)
    ap.add_argument("--gens", type=int, default=100)
    args = ap.parse_args()
    ray.init()
    mk = lambda: gym.make("CartPole-v1")
    members = [MemberActor.remote(mk, {"lr": 10 ** random.uniform(-4, -3), "horizon": 40}) for _ in range(args.n)]
    for g in range(args.gens):
        scores = ray.get([m.train.remote(50) for m in members])
        order = sorted(range(args.n), key=scores.__getitem__)
        for lo, hi in zip(order[: args.n // 4], order[::-1]):
            w, hp = ray.get(members[hi].get.remote())
            ray.get(members[lo].set.remote(w, perturb(hp)))
        print(g, max(scores))


if __name__ == "__main__":
    main()
