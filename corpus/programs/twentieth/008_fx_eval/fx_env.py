import gymnasium as gym
import numpy as np
import pandas as pd


class FxEnv(gym.Env):
    """Quarter-hour bars of one pair; short, flat or long for a week."""

    def __init__(self, csv, bars=480, spread=0.00008):
        df = pd.read_csv(csv)
        self.mid = df["close"].to_numpy()
        self.bars, self.spread = bars, spread
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        week = (options or {}).get("week")
        weeks = (len(self.mid) - 1) // self.bars
        self.i = 1 + self.bars * (week if week is not None else int(self.np_random.integers(weeks)))
        self.last = min(self.i + self.bars, len(self.mid) - 1)
        self.side = 0
        return self._obs(), {}

    def _obs(self):
        r = np.log(self.mid[self.i] / self.mid[self.i - 1]) * 1000
        return np.array([r, self.side, (self.last - self.i) / self.bars, self.spread * 1e4], dtype=np.float32)

    def step(self, action):
        side = int(action) - 1
        cost = abs(side - self.side) * self.spread
        self.side = side
        self.i += 1
        pnl = side * (self.mid[self.i] - self.mid[self.i - 1]) - cost
        return self._obs(), float(pnl * 1e4), False, self.i >= self.last, {"pips": pnl * 1e4}
