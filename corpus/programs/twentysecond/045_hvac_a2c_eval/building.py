import numpy as np


class VecBuilding:
    """n identical offices with hidden thermal mass; one episode is one day of 10 minute steps."""

    obs_dim, n_actions = 4, 5

    def __init__(self, n, cfg, seed=0):
        self.n, self.cfg = n, cfg
        self.rng = np.random.default_rng(seed)

    def _new_day(self, mask):
        k = int(mask.sum())
        self.air[mask] = self.rng.uniform(16, 26, k)
        self.mass[mask] = self.rng.uniform(16, 26, k)
        self.base[mask] = self.rng.uniform(-5, 30, k)
        self.t[mask] = 0

    def reset(self):
        self.air, self.mass, self.base, self.t = (np.zeros(self.n) for _ in range(4))
        self._new_day(np.ones(self.n, bool))
        return self._obs()

    def _outside(self):
        return self.base + 6 * np.sin(2 * np.pi * (self.t / 144 - 0.3))

    def _obs(self):
        occupied = (self.t > 48) & (self.t < 108)
        return np.stack([self.air / 20 - 1, self._outside() / 20, self.t / 144, occupied], 1).astype(np.float32)

    def step(self, action):
        heat = (action - 2) * 0.9
        self.air += 0.1 * (self._outside() - self.air) * 0.3 + 0.15 * (self.mass - self.air) + heat
        self.mass += 0.02 * (self.air - self.mass)
        occupied = (self.t > 48) & (self.t < 108)
        reward = -0.1 * np.abs(heat) - occupied * 0.2 * np.abs(self.air - self.cfg.comfort)
        self.t += 1
        done = self.t >= 144
        if done.any():
            self._new_day(done)
        return self._obs(), reward.astype(np.float32), done
