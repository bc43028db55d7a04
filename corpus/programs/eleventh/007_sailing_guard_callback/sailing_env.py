import gymnasium as gym
import numpy as np
from gymnasium import spaces


class SailingEnv(gym.Env):
    """Sail up to a buoy; the boat does not know the wind's direction, only its own speed."""

    def __init__(self, max_steps=450):
        self.observation_space = spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = spaces.Discrete(3)
        self.max_steps = max_steps

    def _get_obs(self):
        gap = self.buoy - self.pos
        return np.array([gap[0] / 50, gap[1] / 50, self.heading / np.pi, self.speed], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        self.pos = np.zeros(2)
        self.buoy = self.np_random.uniform(-50, 50, 2)
        self.wind = self.np_random.uniform(-np.pi, np.pi)
        self.heading = self.np_random.uniform(-np.pi, np.pi)
        self.speed = 0.0
        return self._get_obs(), {}

    def step(self, action):
        self.steps += 1
        before = np.linalg.norm(self.buoy - self.pos)
        self.heading = (self.heading + 0.15 * (int(action) - 1) + np.pi) % (2 * np.pi) - np.pi
        self.wind += self.np_random.normal(0, 0.02)
        angle = abs((self.heading - self.wind + np.pi) % (2 * np.pi) - np.pi)
        drive = 0.0 if angle > 2.4 else 0.3 + 0.7 * np.sin(angle)
        self.speed += 0.2 * (drive - self.speed)
        self.pos = self.pos + self.speed * np.array([np.cos(self.heading), np.sin(self.heading)])
        dist = np.linalg.norm(self.buoy - self.pos)
        reached = bool(dist < 3)
        reward = float(before - dist) + 20.0 * reached
        return self._get_obs(), reward, reached, self.steps >= self.max_steps, {}
