# %% [markdown]
# Sweeping calls: every 0.25 s the skip shouts "hard", "easy" or "off". Small recurrent Q-net.

# %%
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


# %%
class SkipNet(nn.Module):
    def __init__(self, n_obs=4, n_calls=3, d=32):
        super().__init__()
        self.d = d
        self.cell = nn.LSTMCell(n_obs, d)
        self.q = nn.Linear(d, n_calls)
        self.register_buffer("obs_scale", torch.tensor([1 / 40, 1 / 3, 1.0, 1 / 40]))
        self.register_buffer("h", torch.zeros(1, d), persistent=False)
        self.register_buffer("c", torch.zeros(1, d), persistent=False)

    def new_stone(self):
        self.h = torch.zeros(1, self.d, device=self.h.device)
        self.c = torch.zeros(1, self.d, device=self.c.device)

    @torch.no_grad()
    def call(self, obs):
        self.h, self.c = self.cell(obs * self.obs_scale, (self.h, self.c))
        return self.q(self.h)

    def whole_stone(self, seq):
        h = torch.zeros(seq.shape[0], self.d, device=seq.device)
        c = torch.zeros_like(h)
        qs = []
        for t in range(seq.shape[1]):
            h, c = self.cell(seq[:, t] * self.obs_scale, (h, c))
            qs.append(self.q(h))
        return torch.stack(qs, 1)


# %%
def slide(net, eps):
    """one delivery, returns the episode and how far from the button it stopped"""
    x, v = 0.0, random.uniform(2.0, 2.6)
    friction = random.uniform(0.07, 0.11)
    want = random.uniform(26, 32)
    net.new_stone()
    obs, calls, rewards = [], [], []
    while v > 0.02 and x < 40:
        seen = np.array([x, v + random.gauss(0, 0.1), 1.0, want - x], dtype=np.float32)
        q = net.call(torch.from_numpy(seen).unsqueeze(0))
        a = random.randrange(3) if random.random() < eps else int(q.argmax())
        mu = friction * (0.8, 0.9, 1.0)[a]
        x += v * 0.25
        v -= mu * 0.25
        obs.append(seen)
        calls.append(a)
        rewards.append(-0.002 * (2 - a))
    rewards[-1] += 2.0 - abs(want - x)
    return (np.stack(obs), np.array(calls), np.array(rewards, dtype=np.float32)), abs(want - x)


# %%
online, target = SkipNet(), SkipNet()
target.load_state_dict(online.state_dict())
opt = torch.optim.Adam(online.parameters(), lr=5e-4)
memory = deque(maxlen=4000)
miss = deque(maxlen=100)

# %%
for n in range(20000):
    episode, off = slide(online, eps=max(0.05, 1 - n / 4000))
    memory.append(episode)
    miss.append(off)
    if n < 200:
        continue
    loss = 0.0
    for o, a, r in random.sample(memory, 8):
        o = torch.from_numpy(o).unsqueeze(0)
        q = online.whole_stone(o)[0].gather(1, torch.from_numpy(a).unsqueeze(1)).squeeze(1)
        with torch.no_grad():
            nxt = target.whole_stone(o)[0].max(1).values
            nxt = torch.cat([nxt[1:], torch.zeros(1)])
        loss = loss + F.smooth_l1_loss(q, torch.from_numpy(r) + 0.99 * nxt)
    opt.zero_grad()
    loss.backward()
    opt.step()
    if n % 250 == 0:
        target.load_state_dict(online.state_dict())
        print(n, f"mean miss {np.mean(miss):.2f} m")

# %%
torch.save(online.state_dict(), "skip.pt")
final = SkipNet()
final.load_state_dict(torch.load("skip.pt"))
print("greedy miss", np.mean([slide(final, 0.0)[1] for _ in range(200)]))
