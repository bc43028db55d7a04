import gymnasium as gym
import numpy as np
import pandas as pd


class MarketEnv(gym.Env):
    """One stock, daily bars; hold -1, 0 or 1 shares; an episode is one year from a random start."""

    def __init__(self, csv, days=250, cost=0.0005, seed=None):
        close = pd.read_csv(csv)["Close"].to_numpy(dtype=np.float64)
        self.ret = np.diff(np.log(close)).astype(np.float32)
        self.days, self.cost = days, cost
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)
        self._rng = np.random.default_rng(seed)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.start = int(self._rng.integers(5, len(self.ret) - self.days - 1))
        self.t, self.pos, self.equity = 0, 0, 0.0
        return self._obs(), {}

    def _obs(self):
        i = self.start + self.t
        return np.array([100 * self.ret[i - 1], self.pos, 100 * self.ret[i - 5:i].std()], np.float32)

    def step(self, action):
        new = int(action) - 1
        gain = new * self.ret[self.start + self.t] - self.cost * abs(new - self.pos)
        self.pos = new
        self.equity += float(gain)
        self.t += 1
        return self._obs(), float(100 * gain), False, self.t >= self.days, {"equity": self.equity}
