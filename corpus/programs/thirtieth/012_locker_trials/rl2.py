import os
import sys

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from lockers import LockerRooms

BATCH = 64
STEPS = 48
WEIGHTS = sys.argv[1] if len(sys.argv) > 1 else "rl2.pt"


class MetaLearner(nn.Module):
    def __init__(self, obs_dim, n_actions, size=96):
        super().__init__()
        self.size = size
        self.gru = nn.GRUCell(obs_dim, size)
        self.heads = nn.Linear(size, n_actions + 1)
        self.experience = None

    def enter(self, batch):
        self.experience = torch.zeros(batch, self.size)

    def forward(self, x):
        self.experience = self.gru(x, self.experience)
        out = self.heads(self.experience)
        return Categorical(logits=out[:, :-1]), out[:, -1]


def trial(net, rooms):
    x = torch.from_numpy(rooms.new_task())
    net.enter(rooms.batch)
    logps, vals, ents, rews, alive = [], [], [], [], []
    for _ in range(STEPS):
        dist, v = net(x)
        a = dist.sample()
        alive.append(torch.from_numpy(rooms.live.astype(np.float32)))
        nxt, r, _ = rooms.step(a.numpy())
        x = torch.from_numpy(nxt)
        logps.append(dist.log_prob(a))
        vals.append(v)
        ents.append(dist.entropy())
        rews.append(torch.from_numpy(r.astype(np.float32)))
    return tuple(torch.stack(z) for z in (logps, vals, ents, rews, alive))


def update(net, opt, rollout, gamma=0.98, lam=0.9):
    logps, vals, ents, rews, alive = rollout
    adv = torch.zeros_like(rews)
    run = torch.zeros(rews.shape[1])
    v = vals.detach()
    for t in reversed(range(len(rews))):
        nxt = v[t + 1] * alive[t + 1] if t + 1 < len(rews) else torch.zeros_like(run)
        run = rews[t] * alive[t] + gamma * nxt - v[t] + gamma * lam * run
        adv[t] = run
    target = adv + v
    norm = (adv - adv.mean()) / (adv.std() + 1e-6)
    loss = ((-logps * norm + 0.25 * (target - vals) ** 2 - 0.02 * ents) * alive).sum() / alive.sum()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()


rooms = LockerRooms(BATCH)
net = MetaLearner(rooms.obs_dim, rooms.n_actions)
opt = torch.optim.Adam(net.parameters(), lr=7e-4)
if os.path.exists(WEIGHTS):
    net.load_state_dict(torch.load(WEIGHTS))
    print("going on from", WEIGHTS)

for it in range(20000):
    rollout = trial(net, rooms)
    update(net, opt, rollout)
    if it % 100 == 0:
        rews, alive = rollout[3], rollout[4]
        print(it, "return per trial %.3f" % (rews * alive).sum(0).mean().item())
        torch.save(net.state_dict(), WEIGHTS)
