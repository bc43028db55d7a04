"""Defrost / cooling control of shop fridges, recurrent Q-learning.

The slowly moving copy of the network drives the fridges, which keeps the
compressor from flickering during learning.
"""
import copy
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

N_FRIDGES = 16
SEQ = 20
GAMMA = 0.98
TAU = 0.005


class Fridges:
    def __init__(self, n):
        self.n = n
        self.temp = np.full(n, 4.0)
        self.ice = np.zeros(n)
        self.age = np.random.randint(0, 500, n)

    def obs(self):
        noisy = self.temp + np.random.normal(0, 0.2, self.n)
        return torch.tensor(np.stack([noisy / 8, np.sin(self.age / 80)], 1), dtype=torch.float32)

    def step(self, a):
        cool = a == 1
        defrost = a == 2
        self.temp += 0.15 + np.random.normal(0, 0.05, self.n)
        self.temp -= cool * 0.4 * (1 - self.ice)
        self.temp += defrost * 0.2
        self.ice = np.clip(self.ice + 0.01 * cool - 0.1 * defrost, 0, 0.9)
        self.age += 1
        rew = -np.abs(self.temp - 4) * 0.2 - 0.05 * cool - 0.03 * defrost
        done = (self.age >= 500) | (self.temp > 12)
        self.temp[done], self.ice[done], self.age[done] = 4.0, 0.0, 0
        return self.obs(), torch.tensor(rew, dtype=torch.float32), torch.tensor(done)


class QNet(nn.Module):
    def __init__(self, hid=48):
        super().__init__()
        self.hid = hid
        self.cell = nn.GRUCell(2, hid)
        self.adv = nn.Linear(hid, 3)
        self.val = nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.cell(x, h)
        a = self.adv(h)
        return self.val(h) + a - a.mean(1, keepdim=True), h

    def unroll(self, xs, keep):
        h = torch.zeros(xs.shape[1], self.hid)
        qs = []
        for x, k in zip(xs, keep):
            q, h = self(x, h)
            qs.append(q)
            h = h * k.unsqueeze(1)
        return torch.stack(qs)


class Learner:
    def __init__(self):
        self.net = QNet()
        self.slow = copy.deepcopy(self.net)
        for p in self.slow.parameters():
            p.requires_grad = False
        self.opt = torch.optim.Adam(self.net.parameters(), lr=5e-4)
        self.h = torch.zeros(N_FRIDGES, self.slow.hid)

    def act(self, obs, eps):
        q, self.h = self.slow(obs, self.h)
        a = q.argmax(1)
        explore = torch.rand(len(a)) < eps
        return torch.where(explore, torch.randint(0, 3, a.shape), a)

    def forget(self, done):
        self.h[done] = 0.0

    def update(self, batch):
        xs, acts, rews, keep = batch
        q = self.net.unroll(xs, keep)[:-1].gather(2, acts[:-1].unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            nxt = self.slow.unroll(xs, keep)[1:].max(-1).values
            y = rews[:-1] + GAMMA * keep[:-1] * nxt
        loss = F.mse_loss(q, y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.track()

    def track(self):
        for p, ps in zip(self.net.parameters(), self.slow.parameters()):
            ps.data.mul_(1 - TAU).add_(TAU * p.data)


def sample(store):
    start = random.randrange(len(store) - SEQ)
    part = [store[i] for i in range(start, start + SEQ)]
    return [torch.stack(t) for t in zip(*part)]


def main(steps=100_000):
    env, learner = Fridges(N_FRIDGES), Learner()
    store = deque(maxlen=5000)
    obs = env.obs()
    mean = 0.0
    for t in range(steps):
        a = learner.act(obs, max(0.02, 0.5 - t / 40_000))
        nxt, rew, done = env.step(a.numpy())
        store.append((obs, a, rew, 1.0 - done.float()))
        learner.forget(done)
        obs = nxt
        mean = 0.999 * mean + 0.001 * rew.mean().item()
        if len(store) > 500 and t % 2 == 0:
            learner.update(sample(store))
        if t % 2000 == 0:
            print(t, f"{mean:.4f}")
    torch.save(learner.slow.state_dict(), "fridge_slow.pt")


if __name__ == "__main__":
    main()
