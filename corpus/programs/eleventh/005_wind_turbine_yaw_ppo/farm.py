import numpy as np
import torch


class YawFarm:
    """n independent turbines; wind direction is seen only as a noisy vane reading."""

    obs_dim = 3
    n_actions = 3

    def __init__(self, n, seed=0, horizon=600):
        self.n, self.horizon = n, horizon
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.wind = self.rng.uniform(-np.pi, np.pi, self.n)
        self.yaw = self.wind + self.rng.normal(0, 0.5, self.n)
        self.turn = np.zeros(self.n)
        self.clock = self.rng.integers(0, self.horizon // 2, self.n)
        return self.read()

    def read(self):
        err = self.wind - self.yaw + self.rng.normal(0, 0.3, self.n)
        return torch.tensor(np.stack([np.sin(err), np.cos(err), self.turn], 1), dtype=torch.float32)

    def step(self, action):
        self.clock += 1
        self.turn = action.numpy() - 1.0
        self.yaw += 0.03 * self.turn
        self.wind += self.rng.normal(0, 0.03, self.n)
        power = np.maximum(np.cos(self.wind - self.yaw), 0) ** 3
        reward = power - 0.02 * np.abs(self.turn)
        done = self.clock >= self.horizon
        k = int(done.sum())
        if k:
            self.wind[done] = self.rng.uniform(-np.pi, np.pi, k)
            self.yaw[done] = self.wind[done] + self.rng.normal(0, 0.5, k)
            self.turn[done] = 0.0
            self.clock[done] = 0
        return self.read(), torch.tensor(reward, dtype=torch.float32), torch.tensor(done, dtype=torch.float32)
