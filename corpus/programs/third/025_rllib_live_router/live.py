"""Routes traffic with the newest policy while train.py goes on."""
import argparse
import time
from pathlib import Path

import ray

from router.algo import config
from router.simnet import SimNet


def newest(root):
    found = sorted(p for p in Path(root).glob("it_*") if p.is_dir())
    return found[-1] if found else None


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--root", default="/tmp/router")
    ap.add_argument("--check", type=int, default=50, help="look for a new policy every so many decisions")
    ap.add_argument("--decisions", type=int, default=1_000_000)
    args = ap.parse_args()
    ray.init()
    algo = config(workers=0).build()
    while (path := newest(args.root)) is None:
        time.sleep(5)
    algo.restore(str(path))
    env = SimNet()
    obs, _ = env.reset(seed=11)
    state = algo.get_policy().get_initial_state()
    worst = 0.0
    for n in range(1, args.decisions + 1):
        action, state, _ = algo.compute_single_action(obs, state=state, explore=False)
        obs, reward, terminated, truncated, _ = env.step(action)
        worst = min(worst, reward)
        if terminated or truncated:
            print(f"{n}: worst queue {-worst:.1f} with {path.name}")
            worst = 0.0
            obs, _ = env.reset()
            state = algo.get_policy().get_initial_state()
        if n % args.check == 0:
            latest = newest(args.root)
            if latest != path:
                path = latest
                algo.restore(str(path))
    algo.stop()
    ray.shutdown()


if __name__ == "__main__":
    main()
