import gymnasium as gym
import numpy as np
from gymnasium import spaces


class LiveStream(gym.Env):
    """Encoder bitrate of a live stream over a mobile uplink; queue and loss are seen one step late."""

    def __init__(self, length: int = 200):
        self.length = length
        self.action_space = spaces.Box(-1, 1, (1,), np.float32)
        self.observation_space = spaces.Box(-10, 10, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.queue, self.rate, self.loss = 0, 0.0, 2.0, 0.0
        self.link = float(self.np_random.uniform(1, 6))
        return self._obs(), {}

    def _obs(self):
        return np.array([min(self.queue, 10), self.rate / 3, self.loss * 10], dtype=np.float32)

    def step(self, action):
        obs_before = self._obs()
        self.rate = float(np.clip(self.rate * (1 + 0.2 * float(action[0])), 0.3, 8.0))
        self.link = float(np.clip(self.link + self.np_random.normal(0, 0.2), 0.5, 8.0))
        self.queue = max(0.0, self.queue + 0.2 * (self.rate - self.link))
        self.loss = max(0.0, self.queue - 4.0) / 10
        self.queue = min(self.queue, 4.0)
        self.t += 1
        reward = np.log(self.rate + 1) - 0.5 * self.queue - 5 * self.loss
        return obs_before, float(reward), False, self.t >= self.length, {}
