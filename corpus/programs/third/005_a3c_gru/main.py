import argparse
import os

import gymnasium as gym
import torch.multiprocessing as mp

from a3c.model import ActorCritic
from a3c.my_optim import SharedAdam
from a3c.train import train

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.0)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--value-loss-coef", type=float, default=0.5)
parser.add_argument("--max-grad-norm", type=float, default=50)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--num-processes", type=int, default=4)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-episode-length", type=int, default=10_000)
parser.add_argument("--max-steps", type=int, default=5_000_000)
parser.add_argument("--env-name", default="Acrobot-v1")

if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    args = parser.parse_args()
    env = gym.make(args.env_name)
    shared_model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    shared_model.share_memory()
    optimizer = SharedAdam(shared_model.parameters(), lr=args.lr)
    optimizer.share_memory()
    counter = mp.Value("i", 0)
    lock = mp.Lock()
    processes = []
    for rank in range(args.num_processes):
        p = mp.Process(target=train, args=(rank, args, shared_model, counter, lock, optimizer))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()
