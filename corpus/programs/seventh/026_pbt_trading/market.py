import gymnasium as gym
import numpy as np
from gymnasium import spaces


class TradingEnv(gym.Env):
    """One asset, three actions (short, flat, long), an episode is a window of the price series."""

    metadata = {"render_modes": []}

    def __init__(self, prices: np.ndarray, window: int = 500, fee: float = 5e-4):
        super().__init__()
        self.returns = np.diff(np.log(prices)).astype(np.float32)
        self.window = window
        self.fee = fee
        self.action_space = spaces.Discrete(3)
        self.observation_space = spaces.Box(-np.inf, np.inf, shape=(3,), dtype=np.float32)
        self._t = 0
        self._end = 0
        self._position = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        start = int(self.np_random.integers(1, len(self.returns) - self.window - 1))
        self._t = start
        self._end = start + self.window
        self._position = 0
        return self._observe(), {}

    def step(self, action):
        target = int(action) - 1
        cost = self.fee * abs(target - self._position)
        self._position = target
        self._t += 1
        reward = float(target * self.returns[self._t] - cost)
        terminated = False
        truncated = self._t >= self._end
        return self._observe(), reward * 100.0, terminated, truncated, {}

    def _observe(self):
        r = self.returns[self._t]
        return np.array([r * 100.0, abs(r) * 100.0, self._position], dtype=np.float32)
