"""python scripts/train_reptile.py --iterations 5000"""
import argparse
import copy
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from metarl.inner import InnerLoop  # noqa: E402
from metarl.memory_policy import MemoryPolicy  # noqa: E402
from metarl.tasks import MazeTask, sample_tasks  # noqa: E402


def reptile_step(meta, deltas, step):
    for key in meta:
        if meta[key].dtype.is_floating_point:
            meta[key] += step * torch.stack([d[key] for d in deltas]).mean(0)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--iterations", type=int, default=2000)
    ap.add_argument("--tasks", type=int, default=8)
    ap.add_argument("--updates", type=int, default=6)
    ap.add_argument("--meta-step", type=float, default=0.25)
    ap.add_argument("--out", default="meta.pt")
    args = ap.parse_args()

    policy = MemoryPolicy(MazeTask.n_view, MazeTask.n_actions)
    meta = copy.deepcopy(policy.state_dict())
    inner = InnerLoop(policy)
    for it in range(args.iterations):
        deltas, first, last = [], [], []
        for task in sample_tasks(args.tasks, seed=it):
            inner.begin_task(meta)
            history = inner.adapt(task, args.updates)
            first.append(history[0])
            last.append(history[-1])
            after = policy.state_dict()
            deltas.append({k: after[k].clone() - meta[k] for k in meta})
        reptile_step(meta, deltas, args.meta_step * (1 - it / args.iterations))
        if it % 50 == 0:
            print(f"{it}: before {np.mean(first):.2f} after {np.mean(last):.2f}")
            torch.save(meta, args.out)


if __name__ == "__main__":
    main()
