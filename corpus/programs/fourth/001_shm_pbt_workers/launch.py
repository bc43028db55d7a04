#!/usr/bin/env python3
"""Start N PBT workers that share their weights through one block of shared memory."""
import argparse
import multiprocessing as mp
from multiprocessing import shared_memory

import numpy as np

from shmpbt.board import Board
from shmpbt.worker import run_worker


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--workers", type=int, default=6)
    p.add_argument("--steps", type=int, default=2_000_000)
    p.add_argument("--ready-every", type=int, default=25_000)
    p.add_argument("--env", default="LunarLanderContinuous-v3")
    args = p.parse_args()

    ctx = mp.get_context("spawn")
    board = Board.create(args.workers, args.env)
    procs = []
    for rank in range(args.workers):
        proc = ctx.Process(target=run_worker, args=(rank, board.name, args), name=f"pbt-{rank}")
        proc.start()
        procs.append(proc)
    try:
        for proc in procs:
            proc.join()
    finally:
        scores = board.scores.copy()
        print("final scores:", np.round(scores, 1))
        board.close(unlink=True)


if __name__ == "__main__":
    main()
