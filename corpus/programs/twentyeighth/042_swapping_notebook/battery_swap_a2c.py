#!/usr/bin/env python
# coding: utf-8

# # Battery swapping station, recurrent A2C
# Project for the energy informatics course. One env, LSTM, go back to the best weights when the reward crashes.

# In[1]:


import copy

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(0)
rng = np.random.default_rng(0)


# In[2]:


N = 10          # battery slots
DAY = 96        # quarter hours


def new_day():
    return dict(t=0, full=rng.integers(3, N), queue=0, busy=rng.uniform(0.5, 1.5))


def observe(s):
    return torch.tensor([s["t"] / DAY, s["full"] / N, s["queue"] / 5, float(s["t"] % 4 == 0)], dtype=torch.float32)


def act_on(s, a):
    # a = number of chargers that run (0..3)
    s["full"] = min(N, s["full"] + rng.binomial(a, 0.7))
    peak = 1.0 + 1.0 * (60 < s["t"] < 80)
    s["queue"] += rng.poisson(0.9 * s["busy"] * (0.5 + np.sin(np.pi * s["t"] / DAY)))
    served = min(s["queue"], s["full"])
    s["queue"] -= served
    s["full"] -= served
    lost = max(0, s["queue"] - 5)
    s["queue"] -= lost
    s["t"] += 1
    return served - 0.3 * a * peak - 2.0 * lost, s["t"] >= DAY


# In[3]:


class Operator(nn.Module):
    def __init__(self, k=48):
        super().__init__()
        self.lstm = nn.LSTM(4, k)
        self.pi = nn.Linear(k, 4)
        self.v = nn.Linear(k, 1)

    def forward(self, x, diary=None):
        y, diary = self.lstm(x.view(1, 1, -1), diary)
        y = y.view(-1)
        return torch.distributions.Categorical(logits=self.pi(y)), self.v(y).squeeze(), diary


net = Operator()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)


# In[4]:


STEPS = 24
state = new_day()
diary = None
best_mean, best_weights = -np.inf, None
days, today = [], 0.0

for update in range(40000):
    if diary is not None:
        diary = tuple(d.detach() for d in diary)
    lp, vs, rs, ds, en = [], [], [], [], []
    for _ in range(STEPS):
        dist, v, diary = net(observe(state), diary)
        a = dist.sample()
        r, over = act_on(state, a.item())
        lp.append(dist.log_prob(a)); vs.append(v); rs.append(r); ds.append(over); en.append(dist.entropy())
        today += r
        if over:
            days.append(today)
            today = 0.0
            state = new_day()
            diary = None

    with torch.no_grad():
        G = net(observe(state), diary)[1]
    targets = []
    for r, over in zip(rs[::-1], ds[::-1]):
        G = r + 0.97 * G * (not over)
        targets.insert(0, G)
    targets = torch.stack([torch.as_tensor(g, dtype=torch.float32) for g in targets])
    adv = targets - torch.stack(vs)
    loss = -(torch.stack(lp) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * torch.stack(en).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()

    if update % 400 == 399:
        m = np.mean(days[-50:])
        print(update + 1, round(m, 2), round(best_mean, 2))
        if m > best_mean:
            best_mean = m
            best_weights = copy.deepcopy(net.state_dict())
        elif best_mean - m > 10:
            print("   crashed, take the best weights again")
            net.load_state_dict(best_weights)
            opt = torch.optim.Adam(net.parameters(), lr=5e-4)
            diary = None


# In[5]:


plt.plot(np.convolve(days, np.ones(50) / 50, mode="valid"))
plt.xlabel("day")
plt.ylabel("profit")
plt.savefig("swap.png")
torch.save(best_weights, "operator.pt")
