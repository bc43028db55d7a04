#!/usr/bin/env python
# coding: utf-8

# In[1]:
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
from torch.optim.swa_utils import AveragedModel

from home import Home

torch.manual_seed(3)
rng = np.random.default_rng(3)


# In[2]:
class Battery(nn.Module):
    def __init__(self, n=32):
        super().__init__()
        self.rnn = nn.GRU(Home.N_OBS, n, batch_first=True)
        self.pi = nn.Linear(n, Home.N_ACT)
        self.v = nn.Linear(n, 1)

    def forward(self, obs, m=None):
        y, m = self.rnn(obs, m)
        return self.pi(y), self.v(y).squeeze(-1), m


def episode(net, env, greedy=False):
    obs, m, done = env.reset(), None, False
    trace = {"obs": [], "act": [], "rew": []}
    while not done:
        with torch.no_grad():
            logits, _, m = net(torch.from_numpy(obs).view(1, 1, -1), m)
        a = logits.argmax().item() if greedy else torch.distributions.Categorical(logits=logits).sample().item()
        trace["obs"].append(obs)
        trace["act"].append(a)
        obs, r, done = env.step(a)
        trace["rew"].append(r)
    return trace


# In[3]:
net = Battery()
swa = AveragedModel(net)
optim = torch.optim.Adam(net.parameters(), lr=1e-3)
train_env, test_env = Home(rng), Home(np.random.default_rng(99))
history, raw_scores, swa_scores = [], [], []

for it in range(400):
    batch = [episode(net, train_env) for _ in range(8)]
    obs = torch.tensor(np.array([b["obs"] for b in batch]))
    act = torch.tensor([b["act"] for b in batch])
    rew = np.array([b["rew"] for b in batch])
    ret = torch.tensor(rew[:, ::-1].cumsum(1)[:, ::-1].copy(), dtype=torch.float32)

    logits, value, _ = net(obs)
    dist = torch.distributions.Categorical(logits=logits)
    adv = ret - value.detach()
    adv = (adv - adv.mean()) / (adv.std() + 1e-6)
    loss = -(dist.log_prob(act) * adv).mean() + 0.5 * (ret - value).pow(2).mean() - 0.01 * dist.entropy().mean()
    optim.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optim.step()
    history.append(rew.sum(1).mean())

    if it >= 200 and it % 5 == 0:
        swa.update_parameters(net)
    if it >= 200 and it % 20 == 0:
        raw_scores.append(np.mean([sum(episode(net, test_env, True)["rew"]) for _ in range(20)]))
        swa_scores.append(np.mean([sum(episode(swa, test_env, True)["rew"]) for _ in range(20)]))
        print(it, round(raw_scores[-1], 3), round(swa_scores[-1], 3))

# In[4]:
net.load_state_dict(swa.module.state_dict())
final = [sum(episode(net, test_env, True)["rew"]) for _ in range(200)]
print("averaged policy: %.3f +- %.3f EUR" % (np.mean(final), np.std(final) / np.sqrt(len(final))))
torch.save(net.state_dict(), "battery_swa.pt")

# In[5]:
plt.plot(history, label="training")
plt.plot(range(200, 400, 20), raw_scores, label="last")
plt.plot(range(200, 400, 20), swa_scores, label="averaged")
plt.legend()
plt.savefig("battery.png")
