import gymnasium as gym
import numpy as np


class Microgrid(gym.Env):
    """Island grid: solar, a battery, a diesel set that has to warm up and be left on for a while."""

    def __init__(self, hours=168):
        self.hours = hours
        self.observation_space = gym.spaces.Box(-3, 3, (5,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([2, 3])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.h, self.soc, self.warm, self.on = 0, 0.5, 0, False
        self.weather = self.np_random.uniform(0.3, 1)
        return self._o(), {}

    def _solar(self):
        return max(0.0, np.sin(np.pi * ((self.h % 24) - 6) / 12)) * self.weather

    def _o(self):
        load = 0.5 + 0.3 * np.sin(2 * np.pi * (self.h - 17) / 24)
        return np.array([self._solar() + self.np_random.normal(0, 0.1), load, self.soc, self.on, (self.h % 24) / 24], dtype=np.float32)

    def step(self, a):
        self.on = bool(a[0])
        self.warm = min(self.warm + 1, 3) if self.on else 0
        diesel = 0.6 if self.warm >= 2 else 0.0
        load = 0.5 + 0.3 * np.sin(2 * np.pi * (self.h - 17) / 24) + self.np_random.normal(0, 0.05)
        net = self._solar() + diesel - load
        wish = (int(a[1]) - 1) * 0.3
        flow = float(np.clip(net if wish == 0 else wish, -self.soc, 1 - self.soc))
        self.soc += flow * (0.95 if flow > 0 else 1.0)
        shed = max(0.0, flow - net)
        self.weather = float(np.clip(self.weather + self.np_random.normal(0, 0.06), 0.1, 1))
        self.h += 1
        reward = -4 * shed - (0.25 if self.on else 0) - (0.3 if self.on and self.warm == 1 else 0)
        return self._o(), reward, False, self.h >= self.hours, {"shed": shed, "diesel": float(self.on)}
