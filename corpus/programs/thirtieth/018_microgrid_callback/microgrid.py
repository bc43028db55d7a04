import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Microgrid(gym.Env):
    """Solar, a diesel set and a battery for a village; hourly, one week."""

    def __init__(self):
        self.observation_space = spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.hour = 0
        self.soc = 0.5
        self.haze = self.np_random.random()
        self.diesel_on = False
        return self._look(), {}

    def _sun(self):
        return max(0.0, np.sin(np.pi * (self.hour % 24 - 6) / 12)) * (1 - 0.8 * self.haze)

    def _need(self):
        h = self.hour % 24
        return 0.3 + 0.5 * (18 <= h <= 22) + 0.1 * (6 <= h <= 8)

    def _look(self):
        a = 2 * np.pi * (self.hour % 24) / 24
        return np.array([self.soc, self._sun(), self._need(), np.sin(a), np.cos(a), self.diesel_on], np.float32)

    def step(self, action):
        flow = 0.25 * float(action[0])
        started = action[1] > 0 and not self.diesel_on
        self.diesel_on = bool(action[1] > 0)
        flow = np.clip(flow, -self.soc, 1 - self.soc)
        self.soc += flow
        short = max(0.0, self._need() + flow - self._sun() - 0.4 * self.diesel_on)
        cost = 4 * short + 0.5 * self.diesel_on + 0.3 * started
        self.hour += 1
        self.haze = float(np.clip(self.haze + self.np_random.normal(0, 0.08), 0, 1))
        return self._look(), -float(cost), False, self.hour >= 168, {}
