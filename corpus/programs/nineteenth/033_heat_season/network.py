import gymnasium as gym
import numpy as np
from gymnasium import spaces

SUPPLY = np.array([65.0, 72.0, 79.0, 86.0, 93.0])


class HeatNetwork(gym.Env):
    """Supply temperature of a small district network, one step is one hour."""

    def __init__(self, outdoor, substations=12, seed=0):
        self.outdoor = outdoor
        rng = np.random.default_rng(seed)
        self.ua = rng.uniform(0.8, 1.2, substations)
        self.delay = rng.integers(1, 6, substations)
        self.action_space = spaces.Discrete(len(SUPPLY))
        self.observation_space = spaces.Box(-10, 10, (5,), np.float32)

    def reset(self, *, seed=None, options=None):
        self.hour = 0
        self.pipe = [75.0] * 8
        self.indoor = np.full(len(self.ua), 20.5)
        return self._obs(), {}

    def _obs(self):
        out = self.outdoor[min(self.hour, len(self.outdoor) - 1)]
        day = 2 * np.pi * (self.hour % 24) / 24
        ret = 40 + 0.3 * (self.pipe[-4] - 75)
        return np.array([out / 20, np.sin(day), np.cos(day), (self.pipe[-1] - 79) / 14, (ret - 40) / 10], np.float32)

    def step(self, action):
        self.pipe = self.pipe[1:] + [SUPPLY[action]]
        arriving = np.array([self.pipe[-d] for d in self.delay])
        out = self.outdoor[self.hour]
        heat = 0.012 * (arriving - self.indoor)
        self.indoor += heat - 0.018 * self.ua * (self.indoor - out)
        cold = np.clip(20 - self.indoor, 0, None).sum()
        loss = 0.01 * (SUPPLY[action] - out)
        self.hour += 1
        return self._obs(), -float(cold + loss), False, self.hour >= len(self.outdoor), {"cold": cold, "loss": loss}
