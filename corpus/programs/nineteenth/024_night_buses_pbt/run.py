import argparse
import multiprocessing
import os
import random

import torch

from member import Member


def live(rank, args):
    random.seed(rank)
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    member = Member(rank, args.folder, args.population)
    for u in range(1, args.updates + 1):
        member.unroll()
        if u % args.ready == 0:
            member.publish()
            member.exploit_and_explore()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--population", type=int, default=16)
    ap.add_argument("--updates", type=int, default=100_000)
    ap.add_argument("--ready", type=int, default=600)
    args = ap.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    procs = [multiprocessing.Process(target=live, args=(r, args)) for r in range(args.population)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
