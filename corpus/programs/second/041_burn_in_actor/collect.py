import argparse
import logging
import pickle
import time
from pathlib import Path

import numpy as np

from burnin.actor import Actor
from burnin.env import MaskedPole


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("idx", type=int)
    ap.add_argument("--of", type=int, default=8)
    ap.add_argument("--folder", default="shared")
    ap.add_argument("--seq", type=int, default=20)
    ap.add_argument("--pull-every", type=int, default=100)
    ap.add_argument("--flush-every", type=int, default=32)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    eps = 0.4 ** (1 + 7 * args.idx / max(1, args.of - 1))
    actor = Actor(MaskedPole(seed=args.idx), eps, args.folder, seed=args.idx)
    out = Path(args.folder) / "sequences"
    out.mkdir(parents=True, exist_ok=True)
    rows, ready, returns, ticks = [], [], [], 0
    while True:
        ticks += 1
        if ticks % args.pull_every == 0:
            actor.pull()
        row, done = actor.step()
        rows.append(row)
        if len(rows) == args.seq or done:
            ready.append(rows)
            rows = []
        if done:
            returns.append(actor.total)
            actor.begin()
            rows = []
        if len(ready) >= args.flush_every:
            name = out / f"{args.idx}_{time.time_ns()}.pkl"
            name.write_bytes(pickle.dumps(ready))
            ready = []
            if returns:
                logging.info("actor %d eps %.3f return %.1f", args.idx, eps, np.mean(returns[-20:]))


if __name__ == "__main__":
    main()
