#!/usr/bin/env python
# coding: utf-8

# # Self-play mini tennis
# Two GRU players, the far side is an older version of ourselves.

# In[1]:


import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"


# In[2]:


class Court:
    """Best of 5 points. The ball is seen only while it is on the own half."""

    def reset(self):
        self.points = [0, 0]
        self.me, self.foe = 0.0, 0.0
        self._serve()
        return self.obs(0), self.obs(1)

    def _serve(self):
        self.x, self.y = random.uniform(-.5, .5), 0.0
        self.vx, self.vy = random.uniform(-.08, .08), random.choice([-.1, .1])

    def obs(self, side):
        s = 1 if side == 0 else -1
        seen = float(self.y * s < 0)
        own, pts = (self.me, self.points) if side == 0 else (self.foe, self.points[::-1])
        return torch.tensor([own, seen * self.x, seen * self.y * s, seen, pts[0] / 3, pts[1] / 3], device=device)

    def step(self, a, b):
        self.me = float(np.clip(self.me + (a - 1) * .1, -1, 1))
        self.foe = float(np.clip(self.foe + (b - 1) * .1, -1, 1))
        self.x, self.y = self.x + self.vx, self.y + self.vy
        if abs(self.x) > 1:
            self.vx = -self.vx
        r = 0.0
        for side, pos, edge in ((0, self.me, self.y <= -1), (1, self.foe, self.y >= 1)):
            if edge:
                if abs(pos - self.x) < .25:
                    self.vy, self.vx = -self.vy, self.vx + random.uniform(-.05, .05)
                else:
                    self.points[1 - side] += 1
                    r = -1.0 if side == 0 else 1.0
                    self._serve()
        return (self.obs(0), self.obs(1)), r, max(self.points) >= 3


# In[3]:


class Player(nn.Module):
    def __init__(self, n=64):
        super().__init__()
        self.n = n
        self.fc = nn.Linear(6, n)
        self.gru = nn.GRUCell(n, n)
        self.pi = nn.Linear(n, 3)
        self.v = nn.Linear(n, 1)

    def forward(self, o, feel):
        feel = self.gru(F.relu(self.fc(o))[None], feel)
        return torch.distributions.Categorical(logits=self.pi(feel)[0]), self.v(feel)[0, 0], feel


# In[4]:


me = Player().to(device)
foe = Player().to(device)
opt = torch.optim.Adam(me.parameters(), lr=7e-4)
album = [copy.deepcopy(me.state_dict())]
court = Court()


def play_match(learn=True):
    foe.load_state_dict(random.choice(album))
    my_feel = torch.zeros(1, me.n, device=device)
    foe_feel = torch.zeros(1, foe.n, device=device)
    o, p = court.reset()
    logs, vals, rews, ents = [], [], [], []
    done = False
    while not done:
        d, v, my_feel = me(o, my_feel)
        a = d.sample()
        with torch.no_grad():
            q, _, foe_feel = foe(p, foe_feel)
        (o, p), r, done = court.step(a.item(), q.sample().item())
        logs.append(d.log_prob(a))
        ents.append(d.entropy())
        vals.append(v)
        rews.append(r)
    if learn:
        g, G = 0.0, []
        for r in rews[::-1]:
            g = r + .98 * g
            G.insert(0, g)
        G = torch.tensor(G, device=device)
        adv = G - torch.stack(vals)
        loss = -(torch.stack(logs) * adv.detach()).mean() + .5 * (adv ** 2).mean() - .01 * torch.stack(ents).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(me.parameters(), 1.)
        opt.step()
    return court.points[0] > court.points[1]


# In[5]:


wins = []
for match in range(20000):
    wins.append(play_match())
    if match % 200 == 199:
        rate = np.mean(wins[-200:])
        print(match + 1, "win rate", rate, "album", len(album))
        if rate > .6:
            album.append(copy.deepcopy(me.state_dict()))
            album = album[-15:]


# In[6]:


# final check against every version we kept
for i in range(len(album)):
    full, album = album, [album[i]]
    print("version", i, np.mean([play_match(learn=False) for _ in range(50)]))
    album = full

torch.save(me.state_dict(), "tennis.pt")
