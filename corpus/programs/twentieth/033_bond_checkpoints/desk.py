import gymnasium as gym
import numpy as np
import pandas as pd


class BondDesk(gym.Env):
    """Hold -1, 0, 1 of the ten year future, obs: yields of the curve and the position."""

    TENORS = ["2y", "5y", "10y", "30y"]

    def __init__(self, csv, days=250, random_start=True):
        self.df = pd.read_csv(csv, parse_dates=["date"])
        self.yields = self.df[self.TENORS].to_numpy(dtype=np.float32)
        self.days, self.random_start = days, random_start
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (2 * len(self.TENORS) + 1,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        hi = len(self.yields) - self.days - 1
        self.i = int(self.np_random.integers(1, hi)) if self.random_start else 1
        self.end = self.i + self.days if self.random_start else len(self.yields) - 1
        self.pos = 0
        return self._obs(), {}

    def _obs(self):
        y = self.yields[self.i]
        return np.concatenate([y, 10 * (y - self.yields[self.i - 1]), [self.pos]]).astype(np.float32)

    def step(self, action):
        new = int(action) - 1
        cost = 0.01 * abs(new - self.pos)
        self.pos = new
        self.i += 1
        pnl = -8.0 * self.pos * float(self.yields[self.i, 2] - self.yields[self.i - 1, 2]) - cost
        return self._obs(), pnl, False, self.i >= self.end, {"pnl": pnl}
