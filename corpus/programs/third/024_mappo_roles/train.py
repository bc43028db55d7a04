import argparse
import logging

import torch

from mappo.harvest import Harvest
from mappo.runner import Runner

if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--hidden", type=int, default=64)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--episode-length", type=int, default=32)
    p.add_argument("--ppo-epoch", type=int, default=5)
    p.add_argument("--updates", type=int, default=5000)
    p.add_argument("--refresh-every", type=int, default=100)
    args = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(0)
    Runner(args, Harvest()).run()
