import gymnasium as gym
import numpy as np


class GlucoseEnv(gym.Env):
    """One day of a type 1 patient; action is a micro bolus in [0, 1]."""

    def __init__(self, patient_weight: float = 70.0):
        self.observation_space = gym.spaces.Box(-5.0, 5.0, (3,), np.float32)
        self.action_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)
        self.weight = patient_weight

    def _obs(self):
        return np.array([self.g / 100 - 1.4, (self.g - self.prev) / 20, self.iob / 5], np.float32).clip(-5, 5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.g = self.prev = float(self.np_random.normal(140, 20))
        self.iob, self.carbs, self.t = 0.0, 0.0, 0
        return self._obs(), {}

    def step(self, action):
        if self.np_random.random() < 3 / 288:
            self.carbs += self.np_random.uniform(20, 70)
        self.prev = self.g
        self.iob = 0.97 * self.iob + float(action[0])
        eat = 0.05 * self.carbs
        self.carbs -= eat
        self.g += 4.0 * eat * 70 / self.weight - 1.6 * self.iob + 0.5
        self.t += 1
        reward = 1.0 if 70 < self.g < 180 else -1.0
        return self._obs(), reward, self.g < 40, self.t >= 288, {"glucose": self.g}
