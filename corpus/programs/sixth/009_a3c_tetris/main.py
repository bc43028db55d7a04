import argparse
import os
import time

import torch
import torch.multiprocessing as mp

from env import make
from model import ACNet
from player import Player

parser = argparse.ArgumentParser(description="A3C")
parser.add_argument("--env", default="ALE/Tetris-v5")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--workers", type=int, default=8)
parser.add_argument("--num-steps", type=int, default=20)
parser.add_argument("--max-len", type=int, default=10000)
parser.add_argument("--lr", type=float, default=1e-4)
parser.add_argument("--gamma", type=float, default=0.99)
parser.add_argument("--tau", type=float, default=1.0)
parser.add_argument("--max-frames", type=int, default=20_000_000)


def share_grads(local, shared):
    for p, q in zip(local.parameters(), shared.parameters()):
        q._grad = p.grad


def work(rank, args, shared, frames, lock):
    me = Player(args, rank)
    opt = torch.optim.RMSprop(shared.parameters(), lr=args.lr)
    while frames.value < args.max_frames:
        me.pull(shared)
        me.walk()
        n = len(me.tape)
        l = me.loss()
        me.net.zero_grad()
        l.backward()
        torch.nn.utils.clip_grad_norm_(me.net.parameters(), 40)
        share_grads(me.net, shared)
        opt.step()
        with lock:
            frames.value += n
        if me.over and rank == 0:
            print(time.strftime("%H:%M:%S"), frames.value, me.ep_ret, me.ep_len)
            torch.save(shared.state_dict(), "tetris_a3c.pt")


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    args = parser.parse_args()
    mp.set_start_method("spawn")
    shared = ACNet(make(args.env, 0).action_space.n)
    shared.share_memory()
    frames, lock = mp.Value("q", 0), mp.Lock()
    ps = []
    for rank in range(args.workers):
        p = mp.Process(target=work, args=(rank, args, shared, frames, lock))
        p.start()
        ps.append(p)
        time.sleep(0.1)
    for p in ps:
        p.join()
