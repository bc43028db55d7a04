from __future__ import annotations

import gymnasium as gym
import numpy as np
import pandas as pd


class CoinEnv(gym.Env):
    """Hourly candles; the action is the share of the account that is in the coin."""

    def __init__(self, candles: pd.DataFrame, window: int = 24 * 14, fee: float = 0.001) -> None:
        close = candles["close"].to_numpy()
        self.ret = np.diff(np.log(close))
        vol = candles["volume"].to_numpy()[1:]
        self.vol = np.log1p(vol) - np.log1p(vol).mean()
        self.window = window
        self.fee = fee
        self.shares = np.array([0.0, 0.5, 1.0])
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        start = (options or {}).get("start")
        if start is None:
            start = int(self.np_random.integers(len(self.ret) - self.window - 1))
        self.i = start
        self.end = start + self.window
        self.share = 0.0
        return self._obs(), {}

    def _obs(self) -> np.ndarray:
        return np.array([self.ret[self.i] * 100, self.vol[self.i], self.share], dtype=np.float32)

    def step(self, action):
        share = float(self.shares[int(action)])
        cost = self.fee * abs(share - self.share)
        self.share = share
        self.i += 1
        reward = share * self.ret[self.i] - cost
        return self._obs(), float(reward), False, self.i >= self.end, {}
