import gymnasium as gym
import numpy as np
from gymnasium import spaces


class FrostNight(gym.Env):
    """One spring night in a vineyard: light candles or run the wind machine before the buds freeze."""

    def __init__(self, blocks: int = 3):
        super().__init__()
        self.blocks = blocks
        self.observation_space = spaces.Box(-10, 10, shape=(blocks + 2,), dtype=np.float32)
        self.action_space = spaces.MultiDiscrete([3] * blocks)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.trend = self.np_random.uniform(-0.35, -0.05)
        self.temp = self.np_random.uniform(1.0, 4.0) + self.np_random.normal(0, 0.3, self.blocks)
        self.damage = np.zeros(self.blocks)
        return self._obs(), {}

    def _obs(self):
        noisy = self.temp + self.np_random.normal(0, 0.4, self.blocks)
        return np.concatenate([noisy, [self.t / 60, self.np_random.normal(self.trend, 0.3)]]).astype(np.float32)

    def step(self, action):
        action = np.asarray(action)
        heat = np.select([action == 1, action == 2], [0.25, 0.5], 0.0)
        self.temp = self.temp + self.trend + heat + self.np_random.normal(0, 0.1, self.blocks)
        frozen = np.clip(-1.5 - self.temp, 0, None)
        self.damage += 0.05 * frozen
        self.t += 1
        reward = -float((0.1 * action).sum()) - float(frozen.sum())
        return self._obs(), reward, False, self.t >= 60, {"damage": float(self.damage.mean())}
