"""Irrigation of an orchard block; soil moisture is seen once a day only."""
from typing import Optional

import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Orchard(gym.Env):
    def __init__(self, days: int = 120):
        self.days = days
        self.observation_space = spaces.Dict(
            {
                "sensor": spaces.Box(-1, 2, (2,), np.float32),
                "forecast": spaces.Box(0, 1, (3,), np.float32),
            }
        )
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed: Optional[int] = None, options: Optional[dict] = None):
        super().reset(seed=seed)
        self.soil = self.np_random.uniform(0.3, 0.7, 4)
        self.rain = self.np_random.random(self.days * 6 + 8) ** 4
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        daily = self.t % 6 == 0
        sensor = np.array([self.soil[0] if daily else 0.0, float(daily)], dtype=np.float32)
        fc = (self.rain[self.t : self.t + 3] + self.np_random.normal(0, 0.1, 3)).clip(0, 1).astype(np.float32)
        return {"sensor": sensor, "forecast": fc}

    def step(self, action):
        water = 0.08 * int(action) + 0.15 * self.rain[self.t]
        for k in range(4):
            passed = 0.3 * max(0.0, self.soil[k] + water - 0.6)
            self.soil[k] = np.clip(self.soil[k] + water - passed - 0.02, 0, 1)
            water = passed
        self.t += 1
        stress = float(np.abs(self.soil - 0.55).mean())
        return self._obs(), 0.3 - stress - 0.05 * int(action), False, self.t >= self.days * 6, {}
