"""Pointing of a small satellite whose star tracker drops out now and then."""
import numpy as np


class PointingEnv:
    obs_dim = 4
    n_actions = 5
    horizon = 600

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.t = 0
        self.angle = self.rng.uniform(-1, 1)
        self.rate = self.rng.uniform(-0.05, 0.05)
        self.bias = self.rng.uniform(-0.01, 0.01)
        self.fuel = 1.0
        return self._obs()

    def _obs(self):
        seen = self.rng.rand() > 0.4
        angle = self.angle if seen else 0.0
        return np.array([angle, float(seen), self.rate + 0.01 * self.rng.randn(), self.fuel], dtype=np.float32)

    def step(self, action):
        torque = (action - 2) * 0.01
        self.fuel -= abs(torque) * 0.05
        self.rate += torque + self.bias
        self.angle += self.rate
        self.t += 1
        lost = abs(self.angle) > 3.0
        done = lost or self.t >= self.horizon or self.fuel <= 0
        reward = 1.0 - abs(self.angle) - 10.0 * lost
        return self._obs(), float(reward), bool(done)
