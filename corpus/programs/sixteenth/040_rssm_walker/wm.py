import torch
import torch.nn as nn
import torch.nn.functional as F


class WorldModel(nn.Module):
    def __init__(self, obs, act, deter=96, stoch=12):
        super().__init__()
        self.sizes = (deter, stoch)
        self.enc = nn.Linear(obs, 64)
        self.cell = nn.GRUCell(stoch + act, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + 64, 2 * stoch)
        self.dec = nn.Linear(deter + stoch, obs)
        self.rew = nn.Linear(deter + stoch, 1)

    def initial(self, n):
        return {"h": torch.zeros(n, self.sizes[0]), "z": torch.zeros(n, self.sizes[1])}

    def split(self, y):
        m, s = y.chunk(2, -1)
        return m, F.softplus(s) + 0.1

    def step(self, st, act, obs=None):
        h = self.cell(torch.cat([st["z"], act], -1), st["h"])
        pm, ps = self.split(self.prior(h))
        if obs is None:
            return {"h": h, "z": pm + ps * torch.randn_like(ps)}, None
        qm, qs = self.split(self.post(torch.cat([h, F.relu(self.enc(obs))], -1)))
        kl = (ps.log() - qs.log() + (qs ** 2 + (qm - pm) ** 2) / (2 * ps ** 2) - 0.5).sum(-1)
        return {"h": h, "z": qm + qs * torch.randn_like(qs)}, kl


def feat(st):
    return torch.cat([st["h"], st["z"]], -1)
