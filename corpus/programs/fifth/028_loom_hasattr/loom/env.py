import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Loom(gym.Env):
    """Warp tension control; yarn quality drifts from bobbin to bobbin."""

    def __init__(self):
        self.observation_space = spaces.Box(-5, 5, (2,), np.float32)
        self.action_space = spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.tension, self.t = 0.0, 0
        self.stretch = self.np_random.uniform(0.5, 1.5)
        return self._obs(), {}

    def _obs(self):
        return np.array([self.tension + self.np_random.normal(0, 0.1), self.t / 400], dtype=np.float32)

    def step(self, action):
        if self.np_random.random() < 0.01:
            self.stretch = self.np_random.uniform(0.5, 1.5)
        self.tension += 0.2 * float(action[0]) * self.stretch + self.np_random.normal(0, 0.05)
        self.t += 1
        snapped = abs(self.tension) > 3
        return self._obs(), 1.0 - abs(self.tension) - 20.0 * snapped, snapped, self.t >= 400, {}
