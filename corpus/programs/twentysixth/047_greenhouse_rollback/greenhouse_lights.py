#!/usr/bin/env python
# coding: utf-8

# # Lamp control for the tomato house
#
# One lamp row, power price by the hour, light sum wanted per day.
# The controller runs on without a break, weights are updated once a day.

# In[1]:

import copy
import numpy as np
import torch
import torch.nn as nn
import matplotlib.pyplot as plt

torch.manual_seed(3)
rng = np.random.default_rng(3)

# In[2]:

class Greenhouse:
    def __init__(self):
        self.h = 0
        self.cloud = 0.5
        self.light_sum = 0.0
        self.growth = 0.0

    def obs(self):
        hour = self.h % 24
        self.price = 40 + 25 * np.sin(2 * np.pi * (hour - 8) / 12) + rng.normal(0, 4)
        self.sun = max(0., np.sin(np.pi * (hour - 6) / 12)) * (1 - self.cloud)
        return torch.tensor([[self.price / 50, self.sun, self.light_sum / 15,
                              np.sin(2 * np.pi * hour / 24), np.cos(2 * np.pi * hour / 24)]],
                            dtype=torch.float32)

    def step(self, lamp):
        self.cloud = np.clip(self.cloud + rng.normal(0, .1), 0, 1)
        light = self.sun + lamp
        self.light_sum = 0.96 * self.light_sum + light
        g = 1 - ((self.light_sum - 12) / 12) ** 2
        self.h += 1
        return g - 0.01 * lamp * self.price

# In[3]:

class Lamp(nn.Module):
    def __init__(self, n=48):
        super().__init__()
        self.cell = nn.LSTMCell(5, n)
        self.mu = nn.Linear(n, 1)
        self.v = nn.Linear(n, 1)
        self.log_std = nn.Parameter(torch.zeros(1) - 1)

    def forward(self, x, hc):
        h, c = self.cell(x, hc)
        return torch.sigmoid(self.mu(h)), self.v(h), (h, c)

N = 48
def zero_hc():
    return torch.zeros(1, N), torch.zeros(1, N)

# In[4]:

house = Greenhouse()
net = Lamp(N)
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
hc = zero_hc()

best_score = -np.inf
best_net = copy.deepcopy(net.state_dict())
best_opt = copy.deepcopy(opt.state_dict())
scores, rollbacks = [], []

# In[5]:

for day in range(1500):
    lp, vs, rs = [], [], []
    for _ in range(24):
        mu, v, hc = net(house.obs(), hc)
        d = torch.distributions.Normal(mu, net.log_std.exp())
        a = d.sample()
        rs.append(float(house.step(float(a.clamp(0, 1)))))
        lp.append(d.log_prob(a).squeeze())
        vs.append(v.squeeze())
    ret, rets = vs[-1].item(), []
    for r in rs[::-1]:
        ret = r + 0.97 * ret
        rets.insert(0, ret)
    rets = torch.tensor(rets, dtype=torch.float32)
    vs = torch.stack(vs)
    loss = -(torch.stack(lp) * (rets - vs.detach())).mean() + (rets - vs).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.)
    opt.step()
    hc = (hc[0].detach(), hc[1].detach())

    scores.append(sum(rs))
    if day % 14 == 13:
        s = np.mean(scores[-14:])
        broken = not np.isfinite(s) or not torch.isfinite(hc[0]).all()
        if broken or s < best_score - 3:
            net.load_state_dict(best_net)
            opt.load_state_dict(best_opt)
            rollbacks.append(day)
            if broken:
                hc = zero_hc()
                house = Greenhouse()
        elif s > best_score:
            best_score = s
            best_net = copy.deepcopy(net.state_dict())
            best_opt = copy.deepcopy(opt.state_dict())
        print(day, round(float(s), 2), 'best', round(float(best_score), 2))

# In[6]:

plt.plot(scores, lw=.5)
for d in rollbacks:
    plt.axvline(d, color='r', alpha=.3)
plt.xlabel('day')
plt.ylabel('score')
plt.show()
