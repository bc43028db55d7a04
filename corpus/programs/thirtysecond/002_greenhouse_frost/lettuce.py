import gymnasium as gym
import numpy as np


class LettuceTunnel(gym.Env):
    """Hydroponic tunnel at night. The forecast of frost is only told at dusk."""

    HOURS = 14

    def __init__(self):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, shape=(4,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(4)  # nothing, screen, heater, both

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.minute = 0
        self.frost = float(self.np_random.random() < 0.4)
        self.air = 12.0
        self.root = 16.0
        return self._look(), {}

    def _look(self):
        told = self.frost if self.minute < 10 else 0.0
        return np.array([self.air / 10, self.root / 10, told, self.minute / (self.HOURS * 60)], dtype=np.float32)

    def step(self, a):
        screen, heater = a in (1, 3), a in (2, 3)
        night = 4.0 - 9.0 * self.frost
        loss = 0.03 if screen else 0.08
        self.air += 1.2 * heater - loss * (self.air - night) + self.np_random.normal(0, 0.1)
        self.root += 0.05 * (self.air - self.root)
        cost = 0.05 * heater + 0.005 * screen
        harm = max(0.0, 6.0 - self.root) * 0.2
        self.minute += 5
        return self._look(), 0.1 - cost - harm, self.root < 2.0, self.minute >= self.HOURS * 60, {}
