import math

import gymnasium as gym
import numpy as np


class Slope(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, nights=120):
        self.nights = nights
        self.observation_space = gym.spaces.Box(-5, 5, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(3)  # leave, blast, close the road

    def _observe(self):
        return np.array([self.snowfall, self.wind, math.sin(self.night / 20), self.crack], dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.night, self.pack, self.weak = 0, 0.3, float(self.np_random.uniform(0, 0.5))
        self.snowfall = self.wind = self.crack = 0.0
        return self._observe(), {}

    def step(self, action):
        risk = 1 / (1 + math.exp(-6 * (self.pack + self.weak - 1.6)))
        slide = self.np_random.random() < risk * 0.3
        reward = 0.0
        if action == 1:
            reward -= 0.3
            self.pack *= 0.3
            slide = False
        elif action == 2:
            reward -= 0.15
        if slide:
            reward -= 0.0 if action == 2 else 4.0
            self.pack *= 0.2
        self.snowfall = float(max(0.0, self.np_random.normal(0.05, 0.1)))
        self.wind = float(self.np_random.normal())
        self.weak = min(0.8, max(0.0, self.weak + 0.03 * self.wind))
        self.pack += self.snowfall
        self.crack = float(self.np_random.random() < risk * 0.5)
        self.night += 1
        return self._observe(), reward, False, self.night >= self.nights, {"slide": slide}
