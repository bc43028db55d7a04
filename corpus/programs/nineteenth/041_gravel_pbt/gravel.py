import gymnasium as gym
import numpy as np


class GravelRally(gym.Env):
    """A long special stage; the surface changes without notice. Obs: curvature ahead, speed, lateral error."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,))
        self.action_space = gym.spaces.Discrete(9)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = np.cumsum(self.np_random.normal(0, 0.1, 2100)) * 0.3
        self.k = np.sin(self.k)
        self.mu, self.s, self.v, self.e, self.h = 0.8, 0, 1.0, 0.0, 0.0
        return self.obs(), {}

    def obs(self):
        return np.array([self.k[self.s], self.k[self.s + 10], self.v, self.e], dtype=np.float32)

    def step(self, a):
        gas, steer = a // 3 - 1, a % 3 - 1
        if self.np_random.random() < 0.01:
            self.mu = self.np_random.choice([0.3, 0.5, 0.8])
        self.v = np.clip(self.v + 0.1 * gas, 0.2, 3.0)
        grip = min(1.0, self.mu / (0.1 + abs(self.k[self.s]) * self.v**2 / 4))
        self.h += 0.1 * (grip * steer - self.k[self.s])
        self.h *= 0.95
        self.e += self.h * self.v
        self.s += max(1, int(self.v))
        off = abs(self.e) > 4
        return self.obs(), float(0.1 * self.v - 0.02 * abs(self.e) - 10 * off), bool(off), self.s >= 2050, {}
