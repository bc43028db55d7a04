import numpy as np


class KilnBank:
    """Several ceramic kilns. Only the thermocouple (which lags) is seen, not the ware temperature."""

    def __init__(self, n, seed=0):
        self.n = n
        self.rng = np.random.default_rng(seed)
        self.wall = np.zeros(n)
        self.ware = np.zeros(n)
        self.clock = np.zeros(n, dtype=int)
        self.mass = np.ones(n)
        self.reset_all()

    def reset_all(self):
        self._reset(np.ones(self.n, dtype=bool))
        return self._obs()

    def _reset(self, m):
        self.wall[m] = 0.02
        self.ware[m] = 0.02
        self.clock[m] = 0
        self.mass[m] = self.rng.uniform(0.5, 2.0, int(m.sum()))

    def _target(self):
        t = self.clock / 120.0
        return np.where(t < 0.6, t / 0.6, np.where(t < 0.75, 1.0, np.maximum(0, 1 - (t - 0.75) * 4)))

    def _obs(self):
        noise = self.rng.normal(0, 0.01, self.n)
        return np.stack([self.wall + noise, self._target(), self.clock / 120.0], 1).astype(np.float32)

    def step(self, burner):
        self.wall += 0.08 * (burner / 4.0 * 1.3 - self.wall)
        self.ware += 0.1 * (self.wall - self.ware) / self.mass
        self.clock += 1
        reward = -np.abs(self.ware - self._target())
        done = self.clock >= 120
        self._reset(done)
        return self._obs(), reward.astype(np.float32), done
