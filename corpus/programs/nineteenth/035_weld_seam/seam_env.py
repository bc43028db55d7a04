import gymnasium as gym
import numpy as np
from gymnasium import spaces


class SeamEnv(gym.Env):
    """The torch follows a seam with a noisy, delayed laser scanner. Actions: lateral speed, wire feed."""

    def __init__(self, points=200, delay=5):
        self.points, self.delay = points, delay
        self.observation_space = spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        steps = self.np_random.normal(0, 0.05, self.points + 1)
        self.seam = np.cumsum(np.convolve(steps, np.ones(8) / 8, mode="same"))
        self.gap = 1 + 0.5 * np.abs(np.sin(np.linspace(0, 6, self.points + 1) + self.np_random.uniform(0, 6)))
        self.i, self.y, self.heat = 0, self.seam[0], 0.0
        return self._obs(), {}

    def _obs(self):
        j = max(0, self.i - self.delay)
        scan = self.seam[j] - self.y + self.np_random.normal(0, 0.05)
        return np.array([scan, self.gap[j] - 1, self.heat], np.float32)

    def step(self, action):
        lateral, feed = np.clip(action, -1, 1)
        self.y += 0.1 * lateral
        self.heat = 0.9 * self.heat + 0.1 * (feed + 1)
        self.i += 1
        off = abs(self.seam[self.i] - self.y)
        fill = abs((feed + 1) - self.gap[self.i])
        burn = self.heat > 1.8
        reward = 1 - 2 * off - fill - (5 if burn else 0)
        return self._obs(), float(reward), bool(off > 1.0 or burn), self.i >= self.points, {"off": off}
