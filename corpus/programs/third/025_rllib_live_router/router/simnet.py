import gymnasium as gym
import numpy as np


class SimNet(gym.Env):
    """Chooses an outgoing link for each burst of packets; queue lengths are seen with delay."""

    def __init__(self, config=None):
        config = config or {}
        self.links = config.get("links", 4)
        self.limit = config.get("limit", 1000)
        self.observation_space = gym.spaces.Box(0.0, 10.0, (self.links + 1,), np.float32)
        self.action_space = gym.spaces.Discrete(self.links)

    def _obs(self):
        return np.append(self.history[0], self.burst).astype(np.float32).clip(0, 10)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.queue = np.zeros(self.links)
        self.rate = self.np_random.uniform(0.5, 1.5, self.links)
        self.history = [self.queue.copy() for _ in range(3)]
        self.burst = self.np_random.exponential(2.0)
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        self.queue[action] += self.burst
        self.queue = np.maximum(0.0, self.queue - self.rate)
        self.history = self.history[1:] + [self.queue.copy()]
        self.burst = self.np_random.exponential(2.0)
        self.t += 1
        return self._obs(), -float(self.queue.max()), False, self.t >= self.limit, {}
