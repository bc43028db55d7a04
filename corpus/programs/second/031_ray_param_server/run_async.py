import argparse
import time

import numpy as np
import ray

from psrl.rollout import RolloutActor
from psrl.server import ParameterServer


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--fragments", type=int, default=50_000)
    ap.add_argument("--report", type=float, default=10.0)
    args = ap.parse_args()
    ray.init(num_cpus=args.actors + 1)
    server = ParameterServer.remote(args.lr)
    actors = [RolloutActor.remote(i, server) for i in range(args.actors)]
    pending = {a.compute.remote(): a for a in actors}
    last = time.time()
    for i in range(args.fragments):
        ready, _ = ray.wait(list(pending))
        actor = pending.pop(ready[0])
        ray.get(server.apply.remote(ray.get(ready[0])))
        pending[actor.compute.remote()] = actor
        if time.time() - last > args.report:
            last = time.time()
            stats = [s for s in ray.get([a.stats.remote() for a in actors]) if s is not None]
            print(i, ray.get(server.count.remote()), np.round(np.mean(stats), 3) if stats else "-")


if __name__ == "__main__":
    main()
