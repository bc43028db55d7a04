import torch
import torch.nn as nn


class FleetNet(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(6, 64), nn.ReLU())
        self.core = nn.GRUCell(64, hidden)
        self.pi = nn.Linear(hidden, 5)
        self.v = nn.Linear(hidden, 1)

    def step(self, obs, h):
        h = self.core(self.enc(obs), h)
        return self.pi(h), self.v(h).squeeze(-1), h

    def unroll(self, obs, done, h):
        logits, values = [], []
        for t in range(obs.shape[0]):
            p, v, h = self.step(obs[t], h)
            logits.append(p)
            values.append(v)
            h = h * (1 - done[t])[:, None]
        return torch.stack(logits), torch.stack(values)
