from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn


class Belief(NamedTuple):
    det: torch.Tensor
    sto: torch.Tensor

    @property
    def feat(self):
        return torch.cat(self, dim=-1)


class WorldModel(nn.Module):
    def __init__(self, obs_dim, act_dim, det=200, sto=20, hid=200):
        super().__init__()
        self.sizes = det, sto
        self.pre = nn.Linear(sto + act_dim, hid)
        self.cell = nn.GRUCell(hid, det)
        self.prior = nn.Sequential(nn.Linear(det, hid), nn.ReLU(), nn.Linear(hid, 2 * sto))
        self.post = nn.Sequential(nn.Linear(det + obs_dim, hid), nn.ReLU(), nn.Linear(hid, 2 * sto))
        self.obs_head = nn.Sequential(nn.Linear(det + sto, hid), nn.ReLU(), nn.Linear(hid, obs_dim))
        self.rew_head = nn.Sequential(nn.Linear(det + sto, hid), nn.ReLU(), nn.Linear(hid, 1))

    def blank(self, n):
        return Belief(*(torch.zeros(n, s) for s in self.sizes))

    @staticmethod
    def gauss(x):
        m, s = x.chunk(2, -1)
        return m, F.softplus(s) + 0.1

    def imagine(self, b, act):
        det = self.cell(F.relu(self.pre(torch.cat([b.sto, act], -1))), b.det)
        m, s = self.gauss(self.prior(det))
        return Belief(det, m + s * torch.randn_like(s)), (m, s)

    def filter(self, b, act, obs):
        nxt, prior = self.imagine(b, act)
        m, s = self.gauss(self.post(torch.cat([nxt.det, obs], -1)))
        return Belief(nxt.det, m + s * torch.randn_like(s)), prior, (m, s)

    @torch.no_grad()
    def plan(self, b, act_dim, horizon=12, candidates=300, elite=30, iters=5):
        mean, std = torch.zeros(horizon, act_dim), torch.ones(horizon, act_dim)
        for _ in range(iters):
            acts = (mean + std * torch.randn(candidates, horizon, act_dim)).clamp(-1, 1)
            cur = Belief(b.det.expand(candidates, -1), b.sto.expand(candidates, -1))
            gain = torch.zeros(candidates)
            for t in range(horizon):
                cur, _ = self.imagine(cur, acts[:, t])
                gain += self.rew_head(cur.feat).squeeze(-1)
            best = acts[gain.topk(elite).indices]
            mean, std = best.mean(0), best.std(0) + 1e-3
        return mean[:1]
