import numpy as np
import torch


class WakeFarm:
    """Row of turbines in slowly turning wind. Runs forever; yaw changes deflect the wake."""

    N_FEAT = 4

    def __init__(self, n_turbines=10, seed=0):
        self.n = n_turbines
        self.rng = np.random.default_rng(seed)
        self.restart()

    def restart(self):
        self.yaw = np.zeros(self.n)
        self.wind_dir, self.wind = self.rng.normal(0, 5), self.rng.uniform(7, 11)
        return self.observe()

    def observe(self):
        u = self._inflow()
        f = np.stack([self.yaw / 30, u / 10, np.full(self.n, self.wind_dir / 30), np.linspace(0, 1, self.n)], 1)
        return torch.as_tensor(f, dtype=torch.float32)

    def _inflow(self):
        u = np.empty(self.n)
        u[0] = self.wind
        for i in range(1, self.n):
            miss = np.deg2rad(self.yaw[i - 1] - self.wind_dir)
            u[i] = self.wind * (1 - 0.35 * np.exp(-(4 * miss) ** 2)) * 0.5 + 0.5 * u[i - 1]
        return u

    def step(self, actions):
        self.yaw = np.clip(self.yaw + 2.0 * (actions.numpy() - 1), -30, 30)
        self.wind_dir += self.rng.normal(0, 0.3) - 0.01 * self.wind_dir
        self.wind = np.clip(self.wind + self.rng.normal(0, 0.05), 4, 14)
        power = (self._inflow() / 10) ** 3 * np.cos(np.deg2rad(self.yaw - self.wind_dir)) ** 2
        reward = torch.full((self.n,), float(power.mean()))
        return self.observe(), reward
