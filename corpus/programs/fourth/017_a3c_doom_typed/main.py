import argparse
import logging

import torch.multiprocessing as mp

from doom_a3c.model import DoomNet
from doom_a3c.shared import SharedRMSprop
from doom_a3c.worker import A3CConfig, work

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, default=12)
    parser.add_argument("--actions", type=int, default=3)
    parser.add_argument("--scenario", default="my_way_home")
    args = parser.parse_args()
    mp.set_start_method("spawn")
    cfg = A3CConfig(scenario=args.scenario)
    shared = DoomNet(args.actions).share_memory()
    optimizer = SharedRMSprop(shared.parameters(), lr=cfg.lr)
    frames = mp.Value("l", 0)
    workers = [mp.Process(target=work, args=(r, cfg, shared, optimizer, frames)) for r in range(args.processes)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
