import argparse
import os

import torch
import torch.multiprocessing as mp

from a3c.envs import create_atari_env
from a3c.model import ActorCritic
from a3c.train import train

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--gae-lambda", type=float, default=1.0)
parser.add_argument("--entropy-coef", type=float, default=0.01)
parser.add_argument("--value-loss-coef", type=float, default=0.5)
parser.add_argument("--max-grad-norm", type=float, default=50)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--num-processes", type=int, default=4)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-episode-length", type=int, default=1000000)
parser.add_argument("--env-name", default="PongDeterministic-v4")

if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    args = parser.parse_args()
    env = create_atari_env(args.env_name)
    shared_model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    shared_model.share_memory()
    optimizer = torch.optim.Adam(shared_model.parameters(), lr=1e-4)
    counter, lock = mp.Value("i", 0), mp.Lock()
    ps = [mp.Process(target=train, args=(r, args, shared_model, counter, lock, optimizer)) for r in range(args.num_processes)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
