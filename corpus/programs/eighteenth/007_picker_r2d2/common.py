import numpy as np
import torch
import torch.nn as nn


class Aisles:
    """A picker in a 9 x 9 store; the order is read out once, shelves are seen only from nearby."""

    SIZE = 9

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos = np.array([0, 4])
        self.order = self.rng.integers(1, self.SIZE, (3, 2))
        self.picked = np.zeros(3)
        self.t = 0
        return self._obs()

    def _obs(self):
        near = (np.abs(self.order - self.pos).sum(1) <= 1) * (1 - self.picked)
        item = self.order[self.t % 3] / self.SIZE if self.t < 6 else np.zeros(2)
        return np.concatenate([self.pos / self.SIZE, near, item, self.picked]).astype(np.float32)

    def step(self, a):
        if a < 4:
            self.pos = np.clip(self.pos + [(1, 0), (-1, 0), (0, 1), (0, -1)][a], 0, self.SIZE - 1)
        reward = -0.01
        if a == 4:
            hit = (self.order == self.pos).all(1) & (self.picked == 0)
            reward += float(hit.sum())
            self.picked[hit] = 1
        self.t += 1
        return self._obs(), reward, bool(self.picked.all()) or self.t >= 150


class QNet(nn.Module):
    def __init__(self, n_obs=10, n_act=5, hid=64):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, hid, batch_first=True)
        self.adv = nn.Linear(hid, n_act)
        self.val = nn.Linear(hid, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc
