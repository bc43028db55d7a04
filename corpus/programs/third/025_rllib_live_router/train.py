import argparse

import ray

from router.algo import config

parser = argparse.ArgumentParser()
parser.add_argument("--iters", type=int, default=500)
parser.add_argument("--every", type=int, default=10)
parser.add_argument("--out", default="/tmp/router")

if __name__ == "__main__":
    args = parser.parse_args()
    ray.init()
    algo = config(workers=4).build()
    for i in range(1, args.iters + 1):
        res = algo.train()
        print(i, res["env_runners"]["episode_return_mean"])
        if i % args.every == 0:
            algo.save(f"{args.out}/it_{i:05d}")
    algo.stop()
