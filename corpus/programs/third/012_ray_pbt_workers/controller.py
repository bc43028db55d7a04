import argparse
import logging
import random

import ray
import torch

from workers import Trainer

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
log = logging.getLogger("controller")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="CartPole-v1")
    parser.add_argument("--members", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--updates", type=int, default=250)
    parser.add_argument("--envs-per-member", type=int, default=8)
    args = parser.parse_args()
    ray.init()
    members = [
        Trainer.remote(i, args.env, args.envs_per_member, 10 ** random.uniform(-4, -2.5), 1000 + i)
        for i in range(args.members)
    ]
    results = []
    for rnd in range(args.rounds):
        results = sorted(ray.get([m.train.remote(args.updates) for m in members]), key=lambda r: r["score"])
        log.info("round %d best %.1f worst %.1f", rnd, results[-1]["score"], results[0]["score"])
        cut = max(1, args.members // 4)
        jobs = []
        for weak in results[:cut]:
            strong = random.choice(results[-cut:])
            blob = members[strong["index"]].export.remote()
            jobs.append(members[weak["index"]].exploit.remote(blob, random.choice([0.8, 1.25])))
            log.info("%d copies %d", weak["index"], strong["index"])
        ray.get(jobs)
    best = ray.get(members[results[-1]["index"]].export.remote())
    torch.save(best["policy"], "pbt_best.pt")


if __name__ == "__main__":
    main()
