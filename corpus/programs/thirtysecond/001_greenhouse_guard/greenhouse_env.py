"""One day in a glasshouse for tomatoes, in steps of five minutes."""
import math

import gymnasium as gym
import numpy as np
from gymnasium import spaces

DAY = 288


class GreenhouseEnv(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, season="spring"):
        super().__init__()
        self.outside_base = {"winter": 2.0, "spring": 11.0, "summer": 22.0}[season]
        # temperature, humidity, co2, sin/cos of the hour; sunlight is not measured
        self.observation_space = spaces.Box(-5.0, 5.0, (5,), np.float32)
        # heating, vents, co2 dosing
        self.action_space = spaces.Box(-1.0, 1.0, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.temp = self.np_random.normal(18.0, 2.0)
        self.hum = self.np_random.uniform(0.5, 0.8)
        self.co2 = 420.0
        self.clouds = self.np_random.uniform(0.2, 1.0)
        return self._obs(), {}

    def _obs(self):
        a = 2 * math.pi * self.t / DAY
        return np.array(
            [(self.temp - 20) / 10, self.hum * 2 - 1, (self.co2 - 700) / 400, math.sin(a), math.cos(a)],
            dtype=np.float32,
        ).clip(-5, 5)

    def step(self, action):
        heat, vent, dose = (np.clip(action, -1, 1) + 1) / 2
        sun = max(0.0, math.sin(2 * math.pi * (self.t / DAY - 0.25))) * self.clouds
        outside = self.outside_base + 6 * sun
        self.temp += 0.8 * heat + 0.9 * sun - 0.05 * (1 + 3 * vent) * (self.temp - outside)
        self.hum = float(np.clip(self.hum + 0.02 * sun - 0.05 * vent * (self.hum - 0.4), 0.1, 1.0))
        self.co2 = float(np.clip(self.co2 + 40 * dose - 0.1 * (1 + 4 * vent) * (self.co2 - 410), 300, 1500))
        growth = sun * math.exp(-((self.temp - 23) / 6) ** 2) * min(self.co2, 900) / 900
        reward = growth - 0.08 * heat - 0.03 * dose - 0.3 * max(0.0, self.hum - 0.9)
        self.t += 1
        return self._obs(), float(reward), False, self.t >= DAY, {}
