import gymnasium as gym
import numpy as np
from gymnasium import spaces


class RacingLine(gym.Env):
    """Point-mass car on a closed track given by its curvature; the driver sees the curve just ahead."""

    def __init__(self, seed=None):
        self.observation_space = spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)
        s = np.linspace(0, 2 * np.pi, 400, endpoint=False)
        self.curve = 0.02 * np.sin(2 * s) + 0.015 * np.sin(5 * s + 1) + 0.01 * np.cos(9 * s)

    def _k(self, ahead=0):
        return self.curve[int(self.s + ahead) % 400]

    def _obs(self):
        return np.array([self.off / 5, self.head, self.v / 40, 30 * self._k(5), 30 * self._k(15),
                         self.grip_seen], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.s, self.off, self.head, self.v, self.t = 0.0, 0.0, 0.0, 15.0, 0
        self.grip = self.np_random.uniform(0.7, 1.1)
        self.grip_seen = 0.0
        return self._obs(), {}

    def step(self, action):
        steer, pedal = np.clip(action, -1, 1)
        dt = 0.1
        limit = 12.0 * self.grip
        lateral = self.v * self.v * (0.06 * steer)
        slip = max(0.0, abs(lateral) - limit)
        self.grip_seen = float(slip > 0)
        lateral = np.clip(lateral, -limit, limit)
        self.head += dt * (lateral / max(self.v, 1) - self.v * self._k())
        self.off += dt * self.v * np.sin(self.head)
        self.v = np.clip(self.v + dt * (6 * pedal - 0.5 * slip), 3, 45)
        ds = dt * self.v * np.cos(self.head)
        self.s += ds
        self.t += 1
        crash = abs(self.off) > 5 or abs(self.head) > 1.5
        return self._obs(), float(ds / 4 - 20 * crash), bool(crash), self.s >= 800 or self.t >= 600, {}
