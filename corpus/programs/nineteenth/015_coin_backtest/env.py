import numpy as np
import gymnasium as gym
from gymnasium import spaces


class EthTradingEnv(gym.Env):
    def __init__(self, prices, episode_len=500, fee=0.00075, random_start=True):
        self.prices = np.asarray(prices, dtype=np.float64)
        self.log_returns = np.diff(np.log(self.prices))
        self.episode_len = episode_len
        self.fee = fee
        self.random_start = random_start
        self.action_space = spaces.Discrete(3)  # short, flat, long
        self.observation_space = spaces.Box(low=-np.inf, high=np.inf, shape=(3,), dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        hi = len(self.log_returns) - self.episode_len - 2
        self.idx = int(self.np_random.integers(1, hi)) if self.random_start else 1
        self.stop = self.idx + self.episode_len if self.random_start else len(self.log_returns) - 1
        self.position = 0
        self.equity = 1.0
        return self._obs(), {}

    def _obs(self):
        r0, r1 = self.log_returns[self.idx - 1], self.log_returns[self.idx]
        return np.array([50 * r0, 50 * r1, self.position], dtype=np.float32)

    def step(self, action):
        new_position = int(action) - 1
        cost = abs(new_position - self.position) * self.fee
        self.position = new_position
        self.idx += 1
        reward = self.position * self.log_returns[self.idx] - cost
        self.equity *= np.exp(reward)
        truncated = self.idx >= self.stop
        return self._obs(), float(100 * reward), False, truncated, {"equity": self.equity, "position": self.position}
