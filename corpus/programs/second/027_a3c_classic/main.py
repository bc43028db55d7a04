import argparse
import os

import torch.multiprocessing as mp

from a3c import my_optim
from a3c.envs import PoleEnv
from a3c.model import ActorCritic
from a3c.test import test
from a3c.train import train

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.00)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--value-loss-coef", type=float, default=0.5)
parser.add_argument("--max-grad-norm", type=float, default=50)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--num-processes", type=int, default=4)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-episode-length", type=int, default=1000)

if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    args = parser.parse_args()
    shared_model = ActorCritic(PoleEnv().obs_dim, PoleEnv().n_actions)
    shared_model.share_memory()
    optimizer = my_optim.SharedAdam(shared_model.parameters(), lr=args.lr)
    optimizer.share_memory()
    counter, lock = mp.Value("i", 0), mp.Lock()
    processes = [mp.Process(target=test, args=(args.num_processes, args, shared_model, counter))]
    for rank in range(args.num_processes):
        processes.append(mp.Process(target=train, args=(rank, args, shared_model, counter, lock, optimizer)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
