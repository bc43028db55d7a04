from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Settings:
    ovens: int = 16
    horizon: int = 32
    updates: int = 4000
    hidden: int = 64
    gamma: float = 0.98
    lr: float = 7e-4
    entropy: float = 0.01


class Ovens:
    """Several ovens side by side, each bakes one loaf after another (heat less / same / more / take out)."""

    def __init__(self, n, seed=0):
        self.rng = np.random.default_rng(seed)
        self.n = n
        self.heat, self.brown = np.full(n, 180.0), np.zeros(n)
        self.dough, self.minute = np.zeros(n), np.zeros(n)
        self._new(np.ones(n, dtype=bool))

    def _new(self, which):
        k = int(which.sum())
        self.heat[which] = self.rng.uniform(160, 220, k)
        self.brown[which] = 0.0
        self.minute[which] = 0
        self.dough[which] = self.rng.uniform(0.6, 1.4, k)

    def look(self):
        smell = self.brown + self.rng.normal(0, 0.1, self.n)
        return torch.tensor(np.stack([smell, (self.heat - 200) / 50], 1), dtype=torch.float32)

    def step(self, act):
        self.minute += 1
        self.heat = np.clip(self.heat + np.array([-10, 0, 10, 0])[act], 120, 260)
        self.brown += 0.03 * self.dough * np.exp((self.heat - 200) / 60)
        done = (act == 3) | (self.minute >= 60)
        reward = np.where(done, 1 - 2 * np.abs(self.brown - 1), 0.0)
        self._new(done)
        return self.look(), torch.tensor(reward, dtype=torch.float32), torch.tensor(done)


class Baker(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.gru = nn.GRUCell(2, hidden)
        self.pi = nn.Linear(hidden, 4)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.pi(h), self.v(h)[:, 0], h


def main(cfg):
    ovens, net = Ovens(cfg.ovens), Baker(cfg.hidden)
    opt = torch.optim.RMSprop(net.parameters(), lr=cfg.lr)
    x = ovens.look()
    h = torch.zeros(cfg.ovens, cfg.hidden)
    for update in range(cfg.updates):
        h = h.detach()
        logps, vals, rews, dones, ents = [], [], [], [], []
        for _ in range(cfg.horizon):
            logits, v, h = net(x, h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            x, r, d = ovens.step(a.numpy())
            h = torch.where(d.unsqueeze(1), torch.zeros_like(h), h)
            logps.append(dist.log_prob(a))
            vals.append(v)
            rews.append(r)
            dones.append(d.float())
            ents.append(dist.entropy())
        with torch.no_grad():
            ret = net(x, h)[1]
        targets = []
        for r, d in zip(reversed(rews), reversed(dones)):
            ret = r + cfg.gamma * (1 - d) * ret
            targets.append(ret)
        targets = torch.stack(targets[::-1])
        values = torch.stack(vals)
        adv = (targets - values).detach()
        loss = F.mse_loss(values, targets) - (torch.stack(logps) * adv).mean()
        loss = loss - cfg.entropy * torch.stack(ents).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if update % 100 == 0:
            loaves = sum(d.sum().item() for d in dones)
            print(update, "loaves", int(loaves), "mean quality", sum(r.sum().item() for r in rews) / max(1, loaves))


if __name__ == "__main__":
    main(Settings())
