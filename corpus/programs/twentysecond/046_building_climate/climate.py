import numpy as np
import torch
from torch import nn


class Zone:
    """Single VAV zone with CO2, humidity left out. Occupancy is not measured."""

    def __init__(self, seed, length=96):
        self.rng = np.random.default_rng(seed)
        self.length = length

    def reset(self):
        self.temp, self.co2 = self.rng.uniform(17, 27), 450.0
        self.people, self.k = 0, 0
        return self.measure()

    def measure(self):
        return torch.tensor([self.temp / 10 - 2.2, self.co2 / 500 - 1, self.k / self.length], dtype=torch.float32)

    def step(self, damper, reheat):
        if self.rng.random() < 0.1:
            self.people = int(self.rng.integers(0, 12))
        supply = 13.0 + 12.0 * reheat
        self.temp += 0.4 * damper * (supply - self.temp) * 0.3 + 0.06 * self.people
        self.co2 += 18 * self.people - damper * 0.3 * (self.co2 - 420)
        discomfort = max(0.0, abs(self.temp - 22) - 1) + max(0.0, self.co2 - 900) / 300
        self.k += 1
        return self.measure(), -discomfort - 0.3 * damper ** 3 - 0.2 * reheat * damper, self.k == self.length


class ClimatePolicy(nn.Module):
    def __init__(self, layers=2, size=48):
        super().__init__()
        self.lstm = nn.LSTM(3, size, layers)
        self.alpha_beta = nn.Linear(size, 4)
        self.value = nn.Linear(size, 1)
        self.shape = (layers, 1, size)

    def init_hidden(self):
        return torch.zeros(self.shape), torch.zeros(self.shape)

    def forward(self, seq, hidden):
        y, hidden = self.lstm(seq.unsqueeze(1), hidden)
        y = y.squeeze(1)
        ab = nn.functional.softplus(self.alpha_beta(y)) + 1.0
        return torch.distributions.Beta(ab[:, :2], ab[:, 2:]), self.value(y).squeeze(1), hidden

    @torch.no_grad()
    def act(self, obs, hidden, greedy=False):
        dist, value, hidden = self.forward(obs.unsqueeze(0), hidden)
        a = dist.mean if greedy else dist.sample()
        a = a.clamp(1e-4, 1 - 1e-4)
        return a[0], dist.log_prob(a).sum(), hidden
