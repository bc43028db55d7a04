"""Spacecraft docking in the plane with asynchronous advantage actor-critic.

usage: python docking.py --workers 8 --t-max 20
"""
import argparse
import os
import time

import gymnasium as gym
import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F
from gymnasium import spaces

os.environ.setdefault("OMP_NUM_THREADS", "1")


class Docking(gym.Env):
    def __init__(self, seed=0):
        self.observation_space = spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = spaces.Discrete(5)
        self.rng = np.random.default_rng(seed)

    def reset(self, *, seed=None, options=None):
        self.pos = self.rng.uniform(-10, 10, 2)
        self.vel = self.rng.normal(0, 0.1, 2)
        self.n = 0
        return self._obs(), {}

    def _obs(self):
        noisy = self.pos + self.rng.normal(0, 0.5, 2)
        return np.concatenate([noisy, self.vel]).astype(np.float32) / 10

    def step(self, a):
        thrust = np.array([[0, 0], [0.05, 0], [-0.05, 0], [0, 0.05], [0, -0.05]])[a]
        self.vel = self.vel + thrust
        self.pos = self.pos + self.vel
        self.n += 1
        dist = float(np.linalg.norm(self.pos))
        docked = dist < 0.4 and float(np.linalg.norm(self.vel)) < 0.15
        r = 10.0 if docked else -0.01 * dist - 0.02 * (a != 0)
        return self._obs(), r, docked or dist > 30, self.n >= 400, {}


class ActorCritic(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.fc = nn.Linear(n_in, 128)
        self.lstm = nn.LSTMCell(128, 128)
        self.actor = nn.Linear(128, n_out)
        self.critic = nn.Linear(128, 1)

    def forward(self, x, hc):
        x = F.elu(self.fc(x))
        hx, cx = self.lstm(x, hc)
        return self.critic(hx), self.actor(hx), (hx, cx)


def push_grads(local, shared):
    for p, sp in zip(local.parameters(), shared.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def worker(rank, args, shared, counter, lock, optimizer):
    torch.manual_seed(args.seed + rank)
    env = Docking(args.seed + rank)
    model = ActorCritic(4, 5)
    model.train()

    state, _ = env.reset()
    state = torch.from_numpy(state)
    done = True

    while counter.value < args.max_steps:
        model.load_state_dict(shared.state_dict())
        if done:
            cx = torch.zeros(1, 128)
            hx = torch.zeros(1, 128)
        else:
            cx = cx.detach()
            hx = hx.detach()

        values, logps, rewards, ents = [], [], [], []
        for _ in range(args.t_max):
            value, logit, (hx, cx) = model(state.unsqueeze(0), (hx, cx))
            prob = F.softmax(logit, dim=-1)
            logp = F.log_softmax(logit, dim=-1)
            ents.append(-(logp * prob).sum(1, keepdim=True))
            action = prob.multinomial(num_samples=1).detach()
            nxt, r, term, trunc, _ = env.step(int(action))
            done = term or trunc
            with lock:
                counter.value += 1
            values.append(value)
            logps.append(logp.gather(1, action))
            rewards.append(max(min(r, 1), -1))
            if done:
                nxt, _ = env.reset()
            state = torch.from_numpy(nxt)
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model(state.unsqueeze(0), (hx, cx))[0].detach()
        values.append(R)
        gae = torch.zeros(1, 1)
        p_loss = v_loss = 0
        for i in reversed(range(len(rewards))):
            R = args.gamma * R + rewards[i]
            v_loss = v_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + args.gamma * values[i + 1] - values[i]
            gae = gae * args.gamma * args.lam + delta.detach()
            p_loss = p_loss - logps[i] * gae - args.beta * ents[i]

        optimizer.zero_grad()
        model.zero_grad()
        (p_loss + 0.5 * v_loss).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40)
        push_grads(model, shared)
        optimizer.step()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--t-max", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--lam", type=float, default=1.0)
    ap.add_argument("--beta", type=float, default=0.01)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--max-steps", type=int, default=10_000_000)
    args = ap.parse_args()

    mp.set_start_method("spawn")
    shared = ActorCritic(4, 5)
    shared.share_memory()
    optimizer = torch.optim.SGD(shared.parameters(), lr=args.lr)
    counter, lock = mp.Value("l", 0), mp.Lock()
    procs = []
    for rank in range(args.workers):
        p = mp.Process(target=worker, args=(rank, args, shared, counter, lock, optimizer))
        p.start()
        procs.append(p)
    t0 = time.time()
    for p in procs:
        p.join()
    print(f"{counter.value} steps in {time.time() - t0:.0f}s")
    torch.save(shared.state_dict(), "docking.pt")


if __name__ == "__main__":
    main()
