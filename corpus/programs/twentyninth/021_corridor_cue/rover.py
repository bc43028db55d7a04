# coding: utf-8

# In[1]:

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.nn.functional as F

from corridor import Corridor

# In[2]:


class Rover(nn.Module):
    def __init__(self, n_in=3, n_rec=32, n_act=3):
        super().__init__()
        self.rec = nn.GRUCell(n_in, n_rec)
        self.act = nn.Linear(n_rec, n_act)
        self.val = nn.Linear(n_rec, 1)

    def forward(self, x, belief):
        belief = self.rec(x, belief)
        return F.log_softmax(self.act(belief), -1), self.val(belief).squeeze(-1), belief


# In[3]:

torch.manual_seed(1)
env = Corridor(length=8, seed=1)
rover = Rover()
opt = torch.optim.Adam(rover.parameters(), lr=2e-3)
GAMMA = 0.97
EPISODES = 15000

# In[4]:

curve = []
belief = torch.zeros(1, 32)

for ep in range(EPISODES):
    obs = env.reset()
    belief = belief.detach()
    logps, vals, rews, ents = [], [], [], []
    done = False
    while not done:
        logp, val, belief = rover(torch.tensor([obs]), belief)
        a = torch.multinomial(logp.exp(), 1).item()
        obs, r, done = env.step(a)
        logps.append(logp[0, a])
        vals.append(val[0])
        rews.append(r)
        ents.append(-(logp.exp() * logp).sum())

    ret, rets = 0.0, []
    for r in reversed(rews):
        ret = r + GAMMA * ret
        rets.append(ret)
    rets = torch.tensor(rets[::-1])
    vals = torch.stack(vals)
    adv = rets - vals.detach()
    loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(vals, rets) - 0.02 * torch.stack(ents).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(rover.parameters(), 1.0)
    opt.step()

    curve.append(sum(rews))
    if (ep + 1) % 500 == 0:
        print(ep + 1, "mean of the last 500: %.3f" % (sum(curve[-500:]) / 500))

# In[5]:

window = 200
smooth = [sum(curve[i - window:i]) / window for i in range(window, len(curve))]
plt.plot(smooth)
plt.xlabel("episode")
plt.ylabel("return")
plt.savefig("corridor.png")

# In[6]:

torch.save(rover.state_dict(), "rover.pt")
