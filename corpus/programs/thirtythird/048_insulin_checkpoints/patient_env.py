import gymnasium as gym
import numpy as np


class BergmanPatient(gym.Env):
    """Bergman minimal model with unknown sensitivity and unannounced meals."""

    def __init__(self, steps=288):
        self.steps = steps
        self.observation_space = gym.spaces.Box(-5, 5, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(6)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.p3 = 1.3e-5 * self.np_random.uniform(0.5, 2.0)
        self.G, self.X, self.I, self.D = 120.0, 0.0, 10.0, 0.0
        self.k = 0
        self.last = 0
        return self._obs(), {}

    def _obs(self):
        cgm = self.G + self.np_random.normal(0.0, 4.0)
        return np.array([np.clip((cgm - 120.0) / 60.0, -5, 5), self.last / 5.0, self.k / self.steps], np.float32)

    def step(self, action):
        self.last = int(action)
        if self.np_random.random() < 0.012:
            self.D += self.np_random.uniform(4.0, 10.0)
        for _ in range(5):
            self.G += -0.01 * (self.G - 110.0) - self.X * self.G + self.D
            self.X += -0.02 * self.X + self.p3 * (self.I - 7.0)
            self.I += -0.1 * (self.I - 7.0) + 0.8 * self.last
            self.D *= 0.96
        self.G = float(np.clip(self.G, 20.0, 600.0))
        self.k += 1
        low = self.G < 54.0
        reward = float(70.0 <= self.G <= 180.0) - 0.01 * max(0.0, 70.0 - self.G) - 20.0 * low
        return self._obs(), reward, low, self.k >= self.steps, {"G": self.G}
