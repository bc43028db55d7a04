import gymnasium as gym
import numpy as np
import pandas as pd


class BatteryEnv(gym.Env):
    """One week of quarter hours on the day-ahead market, hidden forecast."""

    POWER, CAPACITY, EFFICIENCY = 1.0, 4.0, 0.92

    def __init__(self, prices, week=4 * 24 * 7):
        super().__init__()
        self.prices = np.asarray(prices, dtype=np.float32)
        self.week = week
        self.observation_space = gym.spaces.Box(-10.0, 10.0, (4,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (1,), np.float32)

    def _obs(self):
        phase = 2 * np.pi * (self.t % 96) / 96
        price = np.clip(self.prices[self.t] / 50.0, -10, 10)
        return np.array([price, self.soc / self.CAPACITY, np.sin(phase), np.cos(phase)], dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        if options and "start" in options:
            self.first = options["start"]
        else:
            self.first = int(self.np_random.integers(0, len(self.prices) - self.week - 1))
        self.t = self.first
        self.soc = self.CAPACITY / 2
        return self._obs(), {}

    def step(self, action):
        p = float(np.clip(action[0], -1, 1)) * self.POWER * 0.25
        if p >= 0:
            p = min(p, (self.CAPACITY - self.soc) / self.EFFICIENCY)
            self.soc += p * self.EFFICIENCY
        else:
            p = -min(-p, self.soc)
            self.soc += p
        reward = -p * float(self.prices[self.t]) / 10.0
        self.t += 1
        return self._obs(), reward, False, self.t - self.first >= self.week, {"price": float(self.prices[self.t])}


def read_prices(path):
    return pd.read_csv(path, parse_dates=["utc"], index_col="utc")["eur_mwh"].resample("15min").ffill()
