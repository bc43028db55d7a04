import gymnasium as gym
import numpy as np
from gymnasium import spaces


class DepotEnv(gym.Env):
    """Eight bus chargers behind one transformer; quarter-hours, the depot never closes."""

    def __init__(self, config=None):
        config = config or {}
        self.n = 8
        self.limit = config.get("limit_kw", 320.0)
        self.observation_space = spaces.Box(-5, 5, (self.n + 3,), np.float32)
        self.action_space = spaces.Discrete(self.n + 1)

    def _obs(self):
        hour = self.t / 4 % 24
        return np.concatenate([self.soc, [np.sin(hour / 24 * 2 * np.pi), np.cos(hour / 24 * 2 * np.pi),
                                          self.price]]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.soc = self.np_random.uniform(0.2, 0.7, self.n)
        self.price = 1.0
        return self._obs(), {}

    def step(self, k):
        kw = min(self.limit, 80.0 * k)
        needy = np.argsort(self.soc)[:k]
        if k:
            self.soc[needy] = np.minimum(1.0, self.soc[needy] + kw / k * 0.25 / 300)
        self.price = float(np.clip(self.price + self.np_random.normal(0, 0.1), 0.2, 3.0))
        self.t += 1
        reward = -kw * 0.25 * self.price / 100
        if self.t % 96 == 0:
            reward -= 20 * float((1 - self.soc).sum())
            self.soc -= self.np_random.uniform(0.3, 0.6, self.n)
            self.soc = np.maximum(self.soc, 0.05)
        return self._obs(), reward, False, False, {}
