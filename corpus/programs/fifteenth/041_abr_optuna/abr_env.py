import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Discrete

RATES = np.array([300, 750, 1200, 1850, 2850, 4300]) / 1000.0   # Mbit/s
CHUNK = 4.0


class AbrEnv(gym.Env):
    """Adaptive bitrate streaming: pick the next chunk's quality; throughput follows a hidden regime."""

    observation_space = Box(-1, 10, (4,), np.float32)
    action_space = Discrete(len(RATES))

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.buf, self.last, self.k = 8.0, 1, 0
        self.bw = self.np_random.uniform(0.5, 5)
        self.seen = 1.0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.buf / 20, self.seen, RATES[self.last], self.k / 60], np.float32)

    def step(self, a):
        if self.np_random.random() < 0.1:
            self.bw = self.np_random.uniform(0.5, 5)
        speed = max(0.1, self.bw * self.np_random.normal(1, 0.15))
        took = RATES[a] * CHUNK / speed
        stall = max(0.0, took - self.buf)
        self.buf = min(30.0, max(0.0, self.buf - took) + CHUNK)
        self.seen = min(10.0, speed)
        reward = RATES[a] - 4.3 * stall - abs(RATES[a] - RATES[self.last])
        self.last = int(a)
        self.k += 1
        return self._obs(), float(reward), False, self.k >= 60, {}
