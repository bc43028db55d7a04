import gymnasium as gym
import numpy as np
from gymnasium import spaces


class TurbineEnv(gym.Env):
    """Pitch control of a wind turbine without a wind sensor."""

    def __init__(self, horizon=600, gust=0.3):
        self.horizon = horizon
        self.gust = gust
        self.observation_space = spaces.Box(-5.0, 5.0, (3,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.rng = np.random.default_rng()

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.wind = float(self.rng.uniform(6, 16))
        self.rotor = 1.0
        self.pitch = 0.2
        self.power = 0.0
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        self.pitch = float(np.clip(self.pitch + 0.02 * float(action[0]), 0.0, 1.0))
        self.wind = float(np.clip(self.wind + self.rng.normal(0, self.gust), 3, 25))
        torque = (self.wind / 12.0) ** 2 * (1.0 - self.pitch)
        self.rotor += 0.05 * (torque - 0.8 * self.rotor)
        self.power = min(1.2, self.rotor)
        overspeed = self.rotor > 1.5
        reward = min(self.power, 1.0) - 0.5 * max(0.0, self.rotor - 1.1) - 5.0 * overspeed
        self.t += 1
        return self._obs(), reward, overspeed, self.t >= self.horizon, {}

    def _obs(self):
        return np.array([self.rotor - 1.0, self.pitch, self.power], dtype=np.float32)
