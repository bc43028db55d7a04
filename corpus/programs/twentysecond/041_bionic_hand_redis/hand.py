import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class GraspTask:
    """Close the fingers around an unknown object from EMG + fingertip pressure."""

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.radius = self.rng.uniform(0.2, 0.8, 5)
        self.stiff = self.rng.uniform(2.0, 8.0)
        self.closed = np.zeros(5)
        self.t = 0
        return self.obs()

    def pressure(self):
        return np.clip(self.closed - self.radius, 0, None) * self.stiff

    def obs(self):
        emg = np.array([1.0, 0.2]) + self.rng.randn(2) * 0.3
        return np.concatenate([self.closed, self.pressure(), emg]).astype(np.float32)

    def step(self, a):
        finger, direction = divmod(a, 2)
        self.closed[finger] = np.clip(self.closed[finger] + (0.05 if direction else -0.05), 0, 1)
        err = np.abs(self.pressure() - 0.5).mean()
        crushed = self.pressure().max() > 2.5
        self.t += 1
        return self.obs(), 0.1 * (0.5 - err) - 1.0 * crushed, bool(crushed or self.t >= 200)


class HandNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(12, 64)
        self.lstm = nn.LSTMCell(64, 64)
        self.actor = nn.Linear(64, 10)
        self.critic = nn.Linear(64, 1)

    def forward(self, x, hidden):
        hx, cx = self.lstm(F.elu(self.fc(x)), hidden)
        return self.actor(hx), self.critic(hx), (hx, cx)
