import argparse
import os

import gymnasium as gym
import torch
import torch.multiprocessing as mp

from model import ActorCritic
from test import test
from train import train

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.00)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--value-loss-coef", type=float, default=0.5)
parser.add_argument("--max-grad-norm", type=float, default=40)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--num-processes", type=int, default=4)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-episode-length", type=int, default=1000)
parser.add_argument("--env-name", default="LunarLander-v3")
parser.add_argument("--save-path", default="a3c.pt")

if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    mp.set_start_method("spawn")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    env = gym.make(args.env_name)
    shared_model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    shared_model.share_memory()
    optimizer = torch.optim.SGD(shared_model.parameters(), lr=args.lr)

    processes = []
    counter = mp.Value("i", 0)
    lock = mp.Lock()
    p = mp.Process(target=test, args=(args.num_processes, args, shared_model, counter))
    p.start()
    processes.append(p)
    for rank in range(0, args.num_processes):
        p = mp.Process(target=train, args=(rank, args, shared_model, counter, lock, optimizer))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()
