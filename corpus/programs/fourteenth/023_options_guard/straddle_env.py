import gymnasium as gym
import numpy as np
from gymnasium import spaces


class StraddleEnv(gym.Env):
    """Hold -1, 0 or +1 straddles; only returns and the implied vol quote are visible, one month per episode."""

    def __init__(self, bars=21 * 13):
        self.bars = bars
        self.observation_space = spaces.Box(-10, 10, (4,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.pos, self.ret = 0, 0, 0.0
        self.real = self.np_random.uniform(0.1, 0.5)
        self.iv = self.real
        return self._obs(), {}

    def _obs(self):
        return np.array([self.ret * 50, self.iv * 2, self.pos, self.t / self.bars], dtype=np.float32)

    def step(self, action):
        pos = int(action) - 1
        self.real = float(np.clip(self.real + 0.01 * self.np_random.standard_normal(), 0.05, 0.8))
        if self.np_random.random() < 0.003:
            self.real = min(0.8, self.real * 2)
        self.ret = self.real / np.sqrt(252 * 13) * self.np_random.standard_normal()
        old = self.iv
        self.iv += 0.05 * (self.real - self.iv) + 0.003 * self.np_random.standard_normal()
        gamma_pnl = 50 * (self.ret ** 2 - old ** 2 / (252 * 13))
        pnl = self.pos * (gamma_pnl + 2 * (self.iv - old)) - 0.01 * abs(pos - self.pos)
        self.pos = pos
        self.t += 1
        return self._obs(), float(pnl), False, self.t >= self.bars, {"pnl": float(pnl)}
