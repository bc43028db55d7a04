import gymnasium as gym
import numpy as np


class BoilerRoom(gym.Env):
    """Three boilers, one flow temperature, outdoor temperature with a lag."""

    def __init__(self, hours=168):
        self.hours = hours
        self.observation_space = gym.spaces.Box(-5, 5, (6,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([3, 3, 3])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.flow = 60.0
        self.out = self.np_random.normal(2, 6)
        self.heat = np.zeros(3)
        return self._obs(), {}

    def _obs(self):
        return np.array([(self.flow - 65) / 10, self.out / 10, *self.heat, (self.t % 24) / 24], dtype=np.float32)

    def step(self, action):
        self.heat = 0.7 * self.heat + 0.3 * np.asarray(action) / 2
        self.out += self.np_random.normal(0, 0.8) + 0.5 * np.sin(2 * np.pi * self.t / 24)
        self.flow += 6 * self.heat.sum() - 0.12 * (self.flow - self.out)
        self.t += 1
        wish = 70 - self.out
        reward = -abs(self.flow - wish) / 10 - 0.1 * float(np.sum(action))
        boiled = self.flow > 95
        if boiled:
            reward -= 50
        return self._obs(), reward, bool(boiled), self.t >= self.hours, {}
