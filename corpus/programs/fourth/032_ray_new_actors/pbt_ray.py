import argparse
import random
from copy import deepcopy

import ray

from popray.member import Member
from popray.space import SEARCH, explore, sample


def evolve(population, quantile=0.25):
    """Who is replaced by whom: [(loser, winner)]"""
    ranked = sorted(population, key=lambda p: p["score"])
    k = max(1, int(len(ranked) * quantile))
    return [(loser, random.choice(ranked[-k:])) for loser in ranked[:k]]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="MemoryCards-v0")
    ap.add_argument("--population", type=int, default=12)
    ap.add_argument("--generations", type=int, default=100)
    ap.add_argument("--updates", type=int, default=100)
    args = ap.parse_args()
    ray.init()

    population = []
    for i in range(args.population):
        hp = sample(SEARCH)
        population.append({"id": i, "hp": hp, "actor": Member.remote(args.env, hp, seed=i), "score": 0.0})
    for gen in range(args.generations):
        scores = ray.get([p["actor"].train.remote(args.updates) for p in population])
        for p, score in zip(population, scores):
            p["score"] = score
        print(gen, " ".join(f"{s:.2f}" for s in scores))
        for loser, winner in evolve(population):
            checkpoint = winner["actor"].checkpoint.remote()
            hp = explore(deepcopy(winner["hp"]))
            ray.kill(loser["actor"])
            loser["hp"] = hp
            loser["actor"] = Member.remote(args.env, hp, seed=1000 * gen + loser["id"])
            loser["actor"].restore.remote(checkpoint)
            loser["score"] = winner["score"]
    best = max(population, key=lambda p: p["score"])
    print("best", best["id"], best["hp"], best["score"])


if __name__ == "__main__":
    main()
