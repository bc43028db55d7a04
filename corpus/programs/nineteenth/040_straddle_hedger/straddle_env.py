from __future__ import annotations

import gymnasium as gym
import numpy as np


class StraddleHedge(gym.Env):
    """Long straddle, delta hedged with futures. The volatility regime (calm, nervous) is hidden."""

    metadata: dict = {"render_modes": []}

    def __init__(self, steps: int = 90, fee: float = 0.0005) -> None:
        self.steps, self.fee = steps, fee
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, shape=(4,), dtype=np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, shape=(1,), dtype=np.float32)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self.price, self.hedge, self.k, self.last_ret = 1.0, 0.0, 0, 0.0
        self.nervous = bool(self.np_random.random() < 0.3)
        return self._obs(), {}

    def _obs(self) -> np.ndarray:
        return np.array([self.price - 1.0, self.last_ret * 50, self.hedge, 1 - self.k / self.steps], dtype=np.float32)

    def step(self, action):
        target = float(np.clip(action[0], -1, 1))
        fee = self.fee * abs(target - self.hedge) * self.price
        self.hedge = target
        if self.np_random.random() < 0.03:
            self.nervous = not self.nervous
        vol = 0.025 if self.nervous else 0.008
        self.last_ret = float(self.np_random.normal(0, vol))
        gain = self.hedge * self.price * self.last_ret - fee
        self.price *= 1 + self.last_ret
        self.k += 1
        expired = self.k >= self.steps
        if expired:
            gain += abs(self.price - 1.0) - 0.11
        return self._obs(), 10 * gain, expired, False, {"gain": gain}
