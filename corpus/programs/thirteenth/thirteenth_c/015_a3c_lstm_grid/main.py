import argparse
import os

import torch
import torch.multiprocessing as mp

from model import ActorCritic
from worker import create_env, train


class SharedRMSprop(torch.optim.RMSprop):
    def __init__(self, params, lr):
        super().__init__(params, lr=lr, alpha=0.99, eps=1e-1)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(1)
                state["square_avg"] = torch.zeros_like(p.data)
                state["step"].share_memory_()
                state["square_avg"].share_memory_()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A3C")
    parser.add_argument("--lr", type=float, default=1e-4)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--gae-lambda", type=float, default=1.00)
    parser.add_argument("--entropy-coef", type=float, default=0.01)
    parser.add_argument("--value-loss-coef", type=float, default=0.5)
    parser.add_argument("--max-grad-norm", type=float, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--num-processes", type=int, default=4)
    parser.add_argument("--num-steps", type=int, default=20)
    parser.add_argument("--max-steps", type=int, default=4_000_000)
    parser.add_argument("--env-name", default="MiniGrid-MemoryS7-v0")
    args = parser.parse_args()

    os.environ["OMP_NUM_THREADS"] = "1"
    torch.manual_seed(args.seed)
    env = create_env(args.env_name, args.seed)
    shared_model = ActorCritic(env.observation_space.shape[0], env.action_space.n)
    shared_model.share_memory()
    optimizer = SharedRMSprop(shared_model.parameters(), lr=args.lr)

    counter = mp.Value("i", 0)
    lock = mp.Lock()
    processes = []
    for rank in range(args.num_processes):
        p = mp.Process(target=train, args=(rank, args, shared_model, counter, lock, optimizer))
        p.start()
        processes.append(p)
    for p in processes:
        p.join()
    torch.save(shared_model.state_dict(), "a3c_memory.pt")
