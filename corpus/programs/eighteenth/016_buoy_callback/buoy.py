import gymnasium as gym
import numpy as np


class PointAbsorber(gym.Env):
    """Heaving buoy with a power take-off whose damping is set each half second."""

    def __init__(self, minutes=10, hs=2.0):
        self.n = int(minutes * 120)
        self.hs = hs
        self.observation_space = gym.spaces.Box(-20, 20, (3,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.freqs = self.np_random.uniform(0.4, 1.3, 12)
        self.phases = self.np_random.uniform(0, 2 * np.pi, 12)
        self.z = self.v = 0.0
        self.k = 0
        return self._obs(), {}

    def _wave(self):
        return self.hs / 8 * np.sin(0.5 * self.k * self.freqs + self.phases).sum()

    def _obs(self):
        return np.array([self.z, self.v, self.z - self._wave()], np.float32)

    def step(self, action):
        damping = 1.0 + float(action[0])
        self.v += 0.5 * (1.5 * (self._wave() - self.z) - (0.2 + damping) * self.v)
        self.v = float(np.clip(self.v, -8, 8))
        self.z = float(np.clip(self.z + 0.5 * self.v, -8, 8))
        self.k += 1
        power = damping * self.v ** 2 - 2.0 * (abs(self.z) > 4)
        return self._obs(), float(power), False, self.k >= self.n, {}
