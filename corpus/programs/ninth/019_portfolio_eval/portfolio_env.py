import gymnasium as gym
import numpy as np
import pandas as pd
from gymnasium import spaces


class PortfolioEnv(gym.Env):
    """Hold one of the assets or cash; the observation is the last day's returns."""

    def __init__(self, config):
        frame = pd.read_csv(config["csv"], index_col=0, parse_dates=True)
        frame = frame.loc[config.get("start"):config.get("end")]
        self.returns = frame.pct_change().dropna().to_numpy(dtype=np.float32)
        self.cost = config.get("cost", 0.001)
        self.span = min(config.get("span", 250), len(self.returns) - 1)
        n = self.returns.shape[1]
        self.observation_space = spaces.Box(-1.0, 1.0, (2 * n + 1,), np.float32)
        self.action_space = spaces.Discrete(n + 1)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.i = int(self.np_random.integers(0, len(self.returns) - self.span))
        self.end = self.i + self.span
        self.held = 0
        self.value = 1.0
        return self._obs(), {}

    def _obs(self):
        held = np.zeros(self.action_space.n, np.float32)
        held[self.held] = 1
        return np.concatenate([np.clip(self.returns[self.i], -1, 1), held])

    def step(self, action):
        fee = self.cost if action != self.held else 0.0
        self.held = int(action)
        self.i += 1
        gain = 0.0 if self.held == 0 else float(self.returns[self.i, self.held - 1])
        reward = float(np.log((1 + gain) * (1 - fee)))
        self.value *= (1 + gain) * (1 - fee)
        return self._obs(), reward, self.i >= self.end, False, {"value": self.value}
