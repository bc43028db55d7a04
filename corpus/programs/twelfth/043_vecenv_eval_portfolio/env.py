import gymnasium as gym
import numpy as np
import pandas as pd


class PortfolioEnv(gym.Env):
    """Daily rebalancing between a handful of ETFs."""

    def __init__(self, csv, window=250, fee=0.001):
        self.prices = pd.read_csv(csv, index_col=0, parse_dates=True)
        self.ret = self.prices.pct_change().fillna(0.0).to_numpy(np.float32)
        self.window, self.fee = window, fee
        n = self.ret.shape[1]
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (2 * n,), np.float32)
        self.action_space = gym.spaces.Box(-3.0, 3.0, (n,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = int(self.np_random.integers(1, len(self.ret) - self.window))
        self.end = self.t + self.window - 1
        self.w = np.full(self.ret.shape[1], 1 / self.ret.shape[1], np.float32)
        self.wealth = 1.0
        return self._obs(), {}

    def _obs(self):
        return np.concatenate([self.ret[self.t] * 100, self.w]).astype(np.float32)

    def step(self, action):
        e = np.exp(action - action.max())
        w = e / e.sum()
        cost = self.fee * np.abs(w - self.w).sum()
        self.w = w
        self.t += 1
        growth = 1.0 + float(self.ret[self.t] @ w) - cost
        self.wealth *= growth
        return self._obs(), float(np.log(growth)), False, self.t >= self.end, {"wealth": self.wealth}
