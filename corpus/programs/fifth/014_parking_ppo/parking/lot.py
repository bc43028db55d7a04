import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Lot(gym.Env):
    """Steer a car into a bay; the attendant (other car) crosses the lane at random."""

    def __init__(self):
        self.observation_space = spaces.Box(-1, 1, (5,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.car = self.np_random.uniform(-0.9, 0.9, 2)
        self.yaw, self.v, self.t = self.np_random.uniform(-1, 1), 0.0, 0
        self.other = -1.0
        return self._see(), {}

    def _see(self):
        return np.array([*self.car, self.yaw, self.v, self.other], dtype=np.float32).clip(-1, 1)

    def step(self, action):
        self.v = float(np.clip(self.v + 0.1 * action[0], -1, 1))
        self.yaw += 0.2 * float(action[1]) * self.v
        self.car += 0.05 * self.v * np.array([np.cos(self.yaw), np.sin(self.yaw)])
        self.other = self.other + 0.02 if self.other < 1 else -1.0
        self.t += 1
        dist = float(np.linalg.norm(self.car))
        crash = abs(self.car[0] - self.other) < 0.05 and abs(self.car[1]) < 0.05
        parked = dist < 0.05 and abs(self.v) < 0.05
        return self._see(), 5.0 * parked - 5.0 * crash - 0.02 * dist, parked or crash, self.t >= 300, {}
