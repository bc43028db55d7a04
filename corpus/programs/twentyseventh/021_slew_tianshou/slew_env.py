import gymnasium as gym
import numpy as np
from gymnasium import spaces


class SlewEnv(gym.Env):
    """Single-axis pointing with a flexible panel. Only angle error and gyro (with bias) are measured."""

    TORQUES = np.array([-1.0, -0.2, 0.0, 0.2, 1.0])

    def __init__(self, length=300):
        self.length = length
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Discrete(len(self.TORQUES))

    def _obs(self):
        noise = self.np_random.normal(0, 0.002, 2)
        return np.array([self.angle + noise[0], 10 * (self.rate + self.bias + noise[1]), self.last],
                        dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.angle = self.np_random.uniform(-1, 1)
        self.rate = self.np_random.normal(0, 0.01)
        self.bias = self.np_random.normal(0, 0.005)
        self.flex, self.flex_rate = 0.0, 0.0
        self.last, self.t = 0.0, 0
        return self._obs(), {}

    def step(self, action):
        u = self.TORQUES[int(action)]
        dt = 0.5
        acc = 0.01 * u - 0.02 * self.flex
        self.flex_rate += dt * (-0.6 * self.flex - 0.01 * self.flex_rate - acc)
        self.flex += dt * self.flex_rate
        self.rate += dt * acc
        self.angle += dt * self.rate
        self.last = float(u)
        self.t += 1
        reward = -abs(self.angle) - 0.05 * abs(u) + 1.0 * (abs(self.angle) < 0.01)
        lost = abs(self.angle) > 3
        return self._obs(), float(reward - 20 * lost), bool(lost), self.t >= self.length, {}
