import gymnasium as gym
import numpy as np


class WeldCell(gym.Env):
    """Six-axis welder reduced to weave amplitude and travel speed. Plate thickness and fit-up are hidden
    and show only in the arc voltage."""

    def __init__(self, steel="mild", bead=150):
        self.melt = {"mild": 1.0, "stainless": 1.35, "duplex": 1.6}[steel]
        self.bead = bead
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([5, 5])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.thick = self.np_random.uniform(3, 8)
        self.fit = self.np_random.normal(0, 0.3, self.bead + 1).cumsum() / 10
        self.pool, self.n, self.weave, self.speed = 1.0, 0, 0.0, 1.0
        return self._measure(), {}

    def _measure(self):
        volt = 0.3 * self.thick / self.melt + self.fit[self.n] + self.np_random.normal(0, 0.1)
        return np.array([volt, self.weave, self.speed, self.pool], np.float32)

    def step(self, action):
        self.weave = action[0] / 4
        self.speed = 0.5 + action[1] / 4
        heat = 5 / (self.thick * self.speed * self.melt)
        self.pool = 0.8 * self.pool + 0.2 * heat * (1 + 0.3 * self.weave)
        penetration = abs(self.pool - 1)
        bridging = abs(self.weave - abs(self.fit[self.n]))
        self.n += 1
        reward = 0.3 * self.speed + 0.5 - penetration - 0.5 * bridging
        burn = self.pool > 2.5
        return self._measure(), float(reward - 10 * burn), bool(burn), self.n >= self.bead, {}
