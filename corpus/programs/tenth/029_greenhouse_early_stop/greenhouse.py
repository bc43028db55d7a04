#!/usr/bin/env python3
# online actor-critic for irrigation of a small greenhouse
import copy
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F

HIDDEN = 32
ACTIONS = 4          # 0, 0.2, 0.5, 1.0 litres
WINDOW = 10
CHECK_EVERY = 240
PATIENCE = 4
TOTAL = 200_000


class Greenhouse:
    def __init__(self):
        self.season_len = 24 * 90

    def reset(self):
        self.moist = 0.5
        self.temp = 20.0
        self.hour = 0
        return self.read()

    def read(self):
        sensor = self.moist + random.gauss(0, 0.05)
        return torch.tensor([sensor, self.temp / 30, (self.hour % 24) / 24])

    def step(self, a):
        litres = (0.0, 0.2, 0.5, 1.0)[a]
        day = 8 <= self.hour % 24 <= 19
        self.temp += random.gauss(0.3 if day else -0.3, 0.5)
        self.temp = min(38.0, max(8.0, self.temp))
        self.moist += 0.08 * litres - 0.0008 * self.temp
        self.moist = min(1.0, max(0.0, self.moist))
        self.hour += 1
        reward = -abs(self.moist - 0.6) - 0.05 * litres
        return self.read(), reward, self.hour >= self.season_len


class Gardener(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(3, HIDDEN)
        self.policy = nn.Linear(HIDDEN, ACTIONS)
        self.value = nn.Linear(HIDDEN, 1)

    def forward(self, x, h):
        h = self.cell(x.unsqueeze(0), h)
        return self.policy(h)[0], self.value(h)[0, 0], h


net = Gardener()
lr = 1e-3
optimizer = torch.optim.Adam(net.parameters(), lr=lr)
env = Greenhouse()

best_score = -float("inf")
best_weights = copy.deepcopy(net.state_dict())
bad_checks = 0
rewards = deque(maxlen=CHECK_EVERY)

obs = env.reset()
h = torch.zeros(1, HIDDEN)
traj = []

for step in range(1, TOTAL + 1):
    logits, v, h = net(obs, h)
    probs = F.softmax(logits, dim=-1)
    a = torch.multinomial(probs, 1).item()
    obs, r, done = env.step(a)
    rewards.append(r)
    entropy = -(probs * probs.clamp_min(1e-8).log()).sum()
    traj.append((probs[a].log(), v, r, entropy))

    if len(traj) == WINDOW or done:
        with torch.no_grad():
            target = torch.zeros(()) if done else net(obs, h)[1]
        loss = 0
        for logp, value, rew, ent in reversed(traj):
            target = rew + 0.99 * target
            delta = target - value
            loss = loss + delta.pow(2) - logp * delta.detach() - 0.003 * ent
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        traj = []
        h = h.detach()

    if done:
        obs = env.reset()
        h = torch.zeros(1, HIDDEN)

    if step % CHECK_EVERY == 0:
        score = sum(rewards) / len(rewards)
        if score > best_score:
            best_score, bad_checks = score, 0
            best_weights = copy.deepcopy(net.state_dict())
            torch.save(best_weights, "gardener_best.pt")
        else:
            bad_checks += 1
        if bad_checks >= PATIENCE:
            lr *= 0.5
            if lr < 1e-5:
                print("stopping at", step, "best", best_score)
                break
            net.load_state_dict(best_weights)
            optimizer = torch.optim.Adam(net.parameters(), lr=lr)
            bad_checks = 0
            print(f"{step}: back to best ({best_score:.3f}), lr {lr:.1e}")
        else:
            print(f"{step}: {score:.3f}")
