import numpy as np
import torch
import torch.nn as nn


class MinimalGate(nn.Module):
    """Minimal gated unit; keeps what it remembers on itself."""

    def __init__(self, n_in, n_units):
        super().__init__()
        self.n_units = n_units
        self.gate = nn.Linear(n_in + n_units, n_units)
        self.cand = nn.Linear(n_in + n_units, n_units)
        self.trace = None
        self.begin()

    def begin(self):
        self.trace = torch.zeros(self.n_units)

    def forward(self, x):
        f = torch.sigmoid(self.gate(torch.cat([x, self.trace])))
        c = torch.tanh(self.cand(torch.cat([x, f * self.trace])))
        self.trace = (1 - f) * self.trace + f * c
        return self.trace


class PlatePolicy(nn.Module):
    def __init__(self, n_obs=4, n_act=2, n_units=16):
        super().__init__()
        self.mgu = MinimalGate(n_obs, n_units)
        self.head = nn.Linear(n_units, n_act)

    def forward(self, obs):
        return torch.tanh(self.head(self.mgu(obs)))

    def n_genes(self):
        return sum(p.numel() for p in self.parameters())

    def express(self, genes):
        genes = torch.as_tensor(genes, dtype=torch.float32)
        i = 0
        for p in self.parameters():
            p.data.copy_(genes[i:i + p.numel()].view_as(p))
            i += p.numel()


class BallOnPlate:
    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)
        self.p = self.rng.uniform(-0.3, 0.3, 2)
        self.v = np.zeros(2)
        self.target = self.rng.uniform(-0.2, 0.2, 2)
        self.t = 0

    def look(self):
        return np.concatenate([self.p + self.rng.normal(0, 0.01, 2), self.target]).astype(np.float32)

    def tilt(self, angles):
        self.v += 0.02 * (7.0 * np.sin(0.3 * angles) - 0.1 * self.v)
        self.p += 0.02 * self.v
        self.t += 1
        fell = np.abs(self.p).max() > 0.5
        return -np.linalg.norm(self.p - self.target), fell or self.t >= 400
