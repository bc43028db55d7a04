"""Population training on LunarLander without velocities. One process per member."""
import argparse
import os
import random
from collections import deque
from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn

KEEP = [0, 1, 4, 6, 7]


class LanderNet(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Linear(len(KEEP), hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.out = nn.Linear(hidden, 4 + 1)

    def forward(self, x, carry):
        hx, cx = self.lstm(torch.relu(self.embed(x)), carry)
        y = self.out(hx)
        return y[:, :4], y[:, 4], (hx, cx)

    def blank(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)


def ckpt_path(args, rank):
    return os.path.join(args.dir, f"member_{rank}.pt")


def write_ckpt(args, rank, net, hyper):
    path = ckpt_path(args, rank)
    torch.save({"net": net.state_dict(), "hyper": vars(hyper)}, path + ".tmp")
    os.replace(path + ".tmp", path)


def choose_donor(rank, board, n):
    if len(board) < n:
        return None
    order = sorted(board, key=board.get)
    q = max(1, n // 4)
    if rank in order[:q]:
        return random.choice(order[-q:])
    return None


def a2c_loss(chunk, bootstrap, hyper):
    ret, targets = bootstrap, []
    for _, _, _, r, d in reversed(chunk):
        ret = r / 100.0 + hyper.gamma * ret * (1.0 - d)
        targets.insert(0, ret)
    targets = torch.cat(targets)
    logp = torch.cat([c[0] for c in chunk])
    ent = torch.cat([c[1] for c in chunk])
    val = torch.cat([c[2] for c in chunk])
    adv = targets - val
    return -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - hyper.beta * ent.mean()


def run_member(rank, args, board):
    torch.set_num_threads(1)
    torch.manual_seed(args.seed + rank)
    random.seed(args.seed + rank)
    env = gym.make("LunarLander-v3")
    net = LanderNet()
    hyper = SimpleNamespace(lr=10 ** random.uniform(-4, -3), beta=10 ** random.uniform(-3, -1.5), gamma=0.99)
    opt = torch.optim.Adam(net.parameters(), lr=hyper.lr)

    scores, ep_score = deque(maxlen=30), 0.0
    obs, _ = env.reset(seed=args.seed + rank)
    carry = net.blank()
    chunk = []

    for step in range(1, args.steps + 1):
        x = torch.from_numpy(obs[KEEP]).float().unsqueeze(0)
        logits, value, carry = net(x, carry)
        dist = torch.distributions.Categorical(logits=logits)
        action = dist.sample()
        obs, reward, terminated, truncated, _ = env.step(int(action))
        done = terminated or truncated
        ep_score += reward
        chunk.append((dist.log_prob(action), dist.entropy(), value, reward, float(done)))

        if done:
            scores.append(ep_score)
            ep_score = 0.0
            obs, _ = env.reset()
            carry = net.blank()

        if step % args.chunk == 0:
            with torch.no_grad():
                nxt = torch.from_numpy(obs[KEEP]).float().unsqueeze(0)
                boot = net(nxt, carry)[1]
            opt.zero_grad()
            a2c_loss(chunk, boot, hyper).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()
            chunk.clear()
            carry = tuple(t.detach() for t in carry)

        if step % args.ready == 0:
            write_ckpt(args, rank, net, hyper)
            board[rank] = float(np.mean(scores)) if scores else -1e3
            donor = choose_donor(rank, dict(board), args.members)
            if donor is not None:
                data = torch.load(ckpt_path(args, donor))
                net.load_state_dict(data["net"])
                hyper = SimpleNamespace(**data["hyper"])
                hyper.lr *= random.choice((0.8, 1.2))
                hyper.beta *= random.choice((0.8, 1.2))
                opt = torch.optim.Adam(net.parameters(), lr=hyper.lr)
                print(f"[{rank}] step {step}: copied {donor} (score {board[donor]:.1f}), lr {hyper.lr:.2e}")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=8)
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--chunk", type=int, default=32)
    ap.add_argument("--ready", type=int, default=16_000)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--dir", default="pbt_lander")
    args = ap.parse_args()
    os.makedirs(args.dir, exist_ok=True)
    with mp.Manager() as manager:
        board = manager.dict()
        mp.spawn(run_member, args=(args, board), nprocs=args.members)
