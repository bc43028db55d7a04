import gymnasium as gym
import numpy as np
from gymnasium import spaces


class KilnEnv(gym.Env):
    """Cement kiln: fuel and feed against a burning-zone temperature which is measured twenty minutes late."""

    LATE = 20

    def __init__(self):
        self.observation_space = spaces.Box(-5, 5, (3,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.temp, self.coat, self.t = 1430.0, self.np_random.uniform(0.2, 0.8), 0
        self.past = [self.temp] * self.LATE
        self.fuel, self.feed = 0.0, 0.0
        return self._o(), {}

    def _o(self):
        return np.array([(self.past[0] - 1450) / 50, self.fuel, self.feed], np.float32)

    def step(self, u):
        self.fuel = float(np.clip(self.fuel + 0.05 * u[0], -1, 1))
        self.feed = float(np.clip(self.feed + 0.05 * u[1], -1, 1))
        self.coat = np.clip(self.coat + 0.004 * self.np_random.normal(), 0, 1)
        want = 1450 + 80 * self.fuel - 60 * self.feed + 40 * (self.coat - 0.5)
        self.temp += 0.04 * (want - self.temp)
        self.past = self.past[1:] + [self.temp]
        self.t += 1
        r = 1 + self.feed - abs(self.temp - 1450) / 30
        return self._o(), r, not 1330 < self.temp < 1570, self.t >= 1440, {}
