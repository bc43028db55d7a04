import gymnasium as gym
import numpy as np


class BargeEnv(gym.Env):
    def __init__(self):
        self.current = 0.1
        self.observation_space = gym.spaces.Box(-20, 20, (2,), np.float32)
        self.action_space = gym.spaces.Discrete(5)

    def set_current(self, c):
        self.current = c

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.y = self.np_random.uniform(-3, 3)
        self.drift = self.np_random.choice([-1, 1]) * self.current
        return np.array([self.y, 0.0], np.float32), {}

    def step(self, a):
        self.t += 1
        push = (int(a) - 2) * 0.15
        self.y += push + self.drift
        aground = abs(self.y) > 10
        r = 1.0 - min(abs(self.y), 2.0) - (20.0 if aground else 0.0)
        return np.array([self.y, push], np.float32), r, aground, self.t >= 200, {}
