import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box, Discrete


class MaizeField(gym.Env):
    def __init__(self, season=120, rain="normal"):
        self.season = season
        self.rain = {"dry": 0.08, "normal": 0.18, "wet": 0.3}[rain]
        self.observation_space = Box(-4, 4, shape=(4,), dtype=np.float32)
        self.action_space = Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.day, self.top, self.deep, self.biomass, self.used = 0, 0.5, 0.6, 0.05, 0.0
        return self._probe(), {}

    def _probe(self):
        self.heat = 0.5 + 0.3 * np.sin(np.pi * self.day / self.season) + self.np_random.normal(0, 0.1)
        return np.array([self.top + self.np_random.normal(0, 0.08), self.heat, self.day / self.season, self.biomass], np.float32)

    def step(self, a):
        water = 0.12 * int(a)
        rain = self.np_random.exponential(0.25) if self.np_random.random() < self.rain else 0.0
        self.top = self.top + water + rain - 0.08 * self.heat
        sink = max(self.top - 0.9, 0.0) + 0.03 * max(self.top - self.deep, 0)
        self.top, self.deep = float(np.clip(self.top - sink, 0, 1)), float(np.clip(self.deep + sink - 0.05 * self.biomass, 0, 1))
        stress = max(0.35 - 0.5 * (self.top + self.deep), 0.0) + max(self.deep - 0.95, 0.0)
        grow = 0.02 * self.heat * (1 - 2 * stress)
        self.biomass = max(self.biomass + grow, 0.0)
        self.used += water
        self.day += 1
        return self._probe(), float(20 * grow - 0.3 * water), False, self.day >= self.season, {"used": self.used, "biomass": self.biomass}
