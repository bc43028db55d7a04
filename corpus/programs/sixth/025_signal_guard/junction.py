"""One four-armed junction; queues are only seen through noisy loop detectors."""
from __future__ import annotations

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class JunctionEnv(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, horizon: int = 3600, noise: float = 0.3):
        super().__init__()
        self.horizon = horizon
        self.noise = noise
        self.observation_space = spaces.Box(0.0, 50.0, shape=(5,), dtype=np.float32)
        self.action_space = spaces.Discrete(2)
        self.queues = np.zeros(4, dtype=np.float32)
        self.phase = 0
        self.t = 0

    def _observe(self) -> np.ndarray:
        seen = self.queues + self.np_random.normal(0.0, self.noise, size=4)
        return np.clip(np.append(seen, self.phase), 0.0, 50.0).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.queues = self.np_random.integers(0, 6, size=4).astype(np.float32)
        self.phase, self.t = 0, 0
        return self._observe(), {}

    def step(self, action):
        self.t += 1
        switched = int(action) != self.phase
        self.phase = int(action)
        rate = 0.6 + 0.4 * np.sin(2 * np.pi * self.t / self.horizon)
        self.queues += self.np_random.poisson(rate * 0.4, size=4)
        if not switched:
            green = (0, 2) if self.phase == 0 else (1, 3)
            for arm in green:
                self.queues[arm] = max(0.0, self.queues[arm] - 1.0)
        reward = -float(self.queues.sum()) / 40.0 - 0.05 * switched
        return self._observe(), reward, False, self.t >= self.horizon, {}
