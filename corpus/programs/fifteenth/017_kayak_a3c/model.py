import numpy as np
import torch
from torch import nn


class PaddleNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTMCell(5, hidden)
        self.pi = nn.Linear(hidden, 4)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h, c):
        h, c = self.lstm(x, (h, c))
        return self.pi(h), self.v(h), h, c


class K1Race:
    """1000 m in a K1: glide, easy stroke, hard stroke, correct the course. Lactate is not seen."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.m, self.v, self.lactate, self.yaw, self.s = 0.0, 2.0, 0.0, 0.0, 0
        return self.see()

    def see(self):
        pulse = 0.5 + 0.5 * self.lactate + self.rng.normal(0, 0.2)
        return torch.tensor([[self.m / 1000, self.v / 6, pulse, self.yaw, self.s / 400]], dtype=torch.float32)

    def step(self, a):
        self.s += 1
        power = (0.0, 0.5, 1.0, 0.3)[a] * (1 - 0.7 * self.lactate)
        self.lactate = float(np.clip(self.lactate + 0.02 * (power - 0.5), 0, 1))
        self.yaw = 0.0 if a == 3 else self.yaw + self.rng.normal(0, 0.05)
        self.v = 0.9 * self.v + 0.6 * power
        d = self.v * np.cos(self.yaw)
        self.m += d
        return self.see(), d / 6 - 0.5, self.m >= 1000 or self.s >= 400
