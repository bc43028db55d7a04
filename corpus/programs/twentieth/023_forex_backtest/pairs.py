import gymnasium as gym
import numpy as np
import pandas as pd
from gymnasium import spaces


class PairsEnv(gym.Env):
    """Holds a long, flat or short position in one currency pair, hour by hour."""

    def __init__(self, frame: pd.DataFrame, cost: float = 1e-4):
        self.frame = frame
        self.returns = np.log(frame["close"]).diff().fillna(0.0).to_numpy()
        self.range = ((frame["high"] - frame["low"]) / frame["close"]).to_numpy()
        self.cost = cost
        self.observation_space = spaces.Box(-np.inf, np.inf, shape=(3,), dtype=np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, shape=(1,), dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.hour, self.position = 0, 0.0
        return self._look(), {}

    def _look(self):
        return np.array(
            [self.returns[self.hour] * 1e3, self.range[self.hour] * 1e3, self.position], dtype=np.float32
        )

    def step(self, action):
        wish = float(np.clip(action[0], -1, 1))
        fee = self.cost * abs(wish - self.position)
        self.position = wish
        self.hour += 1
        gain = self.position * self.returns[self.hour] - fee
        over = self.hour >= len(self.returns) - 1
        return self._look(), gain * 100, over, False, {"gain": gain}
