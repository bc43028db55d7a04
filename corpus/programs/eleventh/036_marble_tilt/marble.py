import gymnasium as gym
import numpy as np
from gymnasium import spaces


class MarbleTilt(gym.Env):
    """Keep a marble on a tilting plate, the camera drops frames."""

    def __init__(self, drop=0.3):
        self.drop = drop
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.observation_space = spaces.Box(-2.0, 2.0, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.p = self.np_random.uniform(-0.5, 0.5, 2)
        self.v = np.zeros(2)
        self.n = 0
        return self._frame(), {}

    def _frame(self):
        if self.np_random.random() < self.drop:
            return np.zeros(3, np.float32)
        return np.array([*self.p, 1.0], np.float32)

    def step(self, action):
        self.v = 0.98 * self.v + 0.02 * np.asarray(action) + self.np_random.normal(0, 0.004, 2)
        self.p = self.p + self.v
        self.n += 1
        off = bool(np.abs(self.p).max() > 1)
        return self._frame(), 1.0 - float(np.hypot(*self.p)), off, self.n >= 400, {}
