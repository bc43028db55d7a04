import gymnasium
import numpy as np


class TomatoHouse(gymnasium.Env):
    """Ten-minute steps over a week; heating, ventilation and watering are on or off."""

    def __init__(self, steps: int = 1008, cold: float = 0.0) -> None:
        self.steps = steps
        self.cold = cold
        self.observation_space = gymnasium.spaces.Box(-10, 10, (5,), np.float32)
        self.action_space = gymnasium.spaces.MultiBinary(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.temp, self.hum, self.soil = 18.0, 0.7, 0.6
        self.cloud = self.np_random.uniform(0, 1)
        return self._obs(), {}

    def _sun(self) -> float:
        return max(0.0, np.sin(2 * np.pi * (self.t % 144 - 36) / 144)) * (1 - 0.7 * self.cloud)

    def _obs(self) -> np.ndarray:
        noise = self.np_random.normal(0, 0.05, 3)
        return np.array([self.temp / 30 + noise[0], self.hum + noise[1], self.soil + noise[2], self._sun(),
                         (self.t % 144) / 144], dtype=np.float32)

    def step(self, action):
        heat, vent, water = (float(a) for a in action)
        self.cloud = float(np.clip(self.cloud + self.np_random.normal(0, 0.05), 0, 1))
        outside = 8 - self.cold + 8 * self._sun()
        self.temp += 0.02 * (outside - self.temp) * (1 + 2 * vent) + 0.6 * heat + 0.8 * self._sun()
        self.soil = min(1.0, self.soil - 0.002 - 0.004 * self._sun() + 0.05 * water)
        self.hum = float(np.clip(self.hum + 0.01 * (self.soil - 0.3) - 0.05 * vent, 0.2, 1.0))
        growth = self._sun() * np.exp(-((self.temp - 23) / 5) ** 2) * min(1.0, 2 * max(self.soil, 0))
        mould = 0.3 * (self.hum > 0.9)
        self.t += 1
        reward = growth - mould - 0.05 * heat - 0.02 * water
        return self._obs(), float(reward), False, self.t >= self.steps, {}
