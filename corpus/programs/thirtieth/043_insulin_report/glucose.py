import gymnasium as gym
import numpy as np
from gymnasium import spaces


class GlucoseEnv(gym.Env):
    """Very small Bergman-like patient. Five-minute steps; meals are not announced."""

    metadata = {"render_modes": []}

    def __init__(self, weight=70.0, sensitivity=1.0, days=3):
        self.weight, self.sensitivity, self.days = weight, sensitivity, days
        self.observation_space = spaces.Box(0.0, 40.0, (2,), np.float32)
        self.action_space = spaces.Box(0.0, 1.0, (1,), np.float32)

    def _obs(self):
        cgm = np.clip(self.g + self.np_random.normal(0, 0.3), 1, 30)
        return np.array([cgm, self.last_dose], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.g, self.x, self.depot, self.gut = 6.5, 0.0, 0.0, 0.0
        self.last_dose, self.t = 0.0, 0
        self.meals = {}
        for day in range(self.days):
            for hour, carbs in ((7, 45), (13, 70), (19, 80)):
                at = day * 288 + hour * 12 + int(self.np_random.integers(-12, 13))
                self.meals[at] = carbs * self.np_random.uniform(0.6, 1.4)
        return self._obs(), {}

    def step(self, action):
        dose = float(np.clip(action[0], 0, 1))
        self.gut += self.meals.get(self.t, 0.0)
        absorbed = 0.03 * self.gut
        self.gut -= absorbed
        self.depot += dose - 0.04 * self.depot
        self.x += 0.05 * (self.sensitivity * 0.04 * self.depot - self.x)
        self.g += 0.11 * absorbed * 70 / self.weight - self.x * self.g + 0.02 * (7.0 - self.g)
        self.g = float(np.clip(self.g, 1.0, 30.0))
        self.last_dose = dose
        self.t += 1
        low, high = max(0.0, 4.0 - self.g), max(0.0, self.g - 10.0)
        info = {"glucose": self.g, "in_range": 3.9 <= self.g <= 10.0, "low": self.g < 3.9}
        return self._obs(), -(10 * low + high) / 10, self.g <= 1.5, self.t >= self.days * 288, info
