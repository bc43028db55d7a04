import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box


class PumpingKite(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, shear: float = 0.14):
        self.shear = shear
        self.observation_space = Box(-10, 10, (6,), np.float32)
        self.action_space = Box(-1, 1, (2,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.h, self.roll, self.tether, self.n = 120.0, 0.0, 250.0, 0
        self.w10 = float(self.np_random.normal(8, 1.5))
        return self._get(), {}

    def _wind(self):
        return self.w10 * (max(self.h, 10) / 10) ** self.shear

    def _get(self):
        return np.array([self.h / 200, self.roll, self.tether / 400, self._wind() / 15, self.n / 1000, 1], np.float32)

    def step(self, a):
        self.roll = 0.9 * self.roll + 0.1 * float(a[0])
        winch = float(a[1])
        self.h += 2 * self.roll + self.np_random.normal(0, 0.5)
        pull = 0.02 * (self._wind() - winch) ** 2
        new = float(np.clip(self.tether + winch, 200, 450))
        energy = pull * (new - self.tether)
        self.tether = new
        self.n += 1
        down = self.h < 30
        return self._get(), energy - 30.0 * down, down, self.n >= 1000, {}
