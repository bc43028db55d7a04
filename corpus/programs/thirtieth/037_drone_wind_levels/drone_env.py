import gymnasium as gym
import numpy as np
from gymnasium import spaces


class DroneLanding(gym.Env):
    """Planar quadrotor over a pad. Position only, no velocities, and a wind that is never measured."""

    DT = 0.05

    def __init__(self, wind=0.0):
        self.wind = wind
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def set_wind(self, wind):
        self.wind = wind

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.p = np.array([self.np_random.uniform(-3, 3), self.np_random.uniform(6, 9)])
        self.v = np.zeros(2)
        self.tilt = 0.0
        self.gust = self.np_random.normal(0, self.wind)
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.p[0], self.p[1], self.tilt], dtype=np.float32)

    def step(self, action):
        thrust, turn = float(action[0]), float(action[1])
        self.t += 1
        self.gust += 0.1 * self.np_random.normal(0, self.wind) - 0.02 * self.gust
        self.tilt = float(np.clip(self.tilt + turn * 2 * self.DT, -0.6, 0.6))
        lift = 9.81 * (1 + 0.5 * thrust)
        acc = np.array([lift * np.sin(self.tilt) + self.gust, lift * np.cos(self.tilt) - 9.81])
        self.v += acc * self.DT
        self.p += self.v * self.DT
        landed = self.p[1] <= 0
        reward = -0.01 * (abs(self.p[0]) + abs(self.tilt))
        if landed:
            soft = np.linalg.norm(self.v) < 1.5 and abs(self.p[0]) < 0.8
            reward += 10.0 if soft else -5.0
        lost = abs(self.p[0]) > 12 or self.p[1] > 15
        return self._obs(), reward - 5.0 * lost, bool(landed or lost), self.t >= 400, {}
