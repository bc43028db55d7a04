import gymnasium as gym
import numpy as np
from gymnasium import spaces


class YawTurbine(gym.Env):
    """Turn the nacelle into the wind; the vane is noisy and biased, turning costs energy and wear."""

    def __init__(self, horizon: int = 288):
        self.horizon = horizon
        self.observation_space = spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = spaces.Discrete(3)

    def _obs(self):
        vane = self.wind - self.yaw + self.bias + self.np_random.normal(0, 0.2)
        return np.array([vane, self.speed / 15, self.power, self.t / self.horizon], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.wind = self.np_random.uniform(-0.5, 0.5)
        self.yaw, self.power, self.t = 0.0, 0.0, 0
        self.bias = self.np_random.normal(0, 0.1)
        self.speed = self.np_random.uniform(6, 12)
        return self._obs(), {}

    def step(self, action):
        self.yaw += 0.05 * (int(action) - 1)
        self.wind += self.np_random.normal(0, 0.03)
        self.speed = float(np.clip(self.speed + self.np_random.normal(0, 0.3), 3, 15))
        miss = np.cos(np.clip(self.wind - self.yaw, -1.5, 1.5))
        self.power = (self.speed / 15) ** 3 * miss**3
        self.t += 1
        reward = self.power - 0.02 * (int(action) != 1)
        return self._obs(), float(reward), False, self.t >= self.horizon, {}
