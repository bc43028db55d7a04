import gymnasium as gym
import numpy as np


class CrosswindKite(gym.Env):
    """Ground-generation kite flying figure eights; reward is mean reel-out power."""

    def __init__(self, gust=0.15, max_steps=1200):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (8,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)
        self.gust, self.max_steps = gust, max_steps

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.az, self.el = 0.0, 0.6
        self.course, self.length = 0.3, 200.0
        self.wind = self.np_random.uniform(7, 12)
        self.k = 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.az, self.el, np.sin(self.course), np.cos(self.course), self.length / 400,
                         self.tension() / 10, np.sin(self.k / 60), np.cos(self.k / 60)], np.float32)

    def tension(self):
        return 0.1 * self.wind ** 2 * np.cos(self.az) * np.cos(self.el) * 0.8

    def step(self, action):
        steer, reel = np.clip(action, -1, 1)
        self.wind += self.gust * self.np_random.normal()
        self.course += 0.12 * steer
        self.az += 0.02 * np.cos(self.course)
        self.el += 0.02 * np.sin(self.course) - 0.001
        v = 1.5 * reel
        self.length = np.clip(self.length + v, 150, 400)
        power = self.tension() * v if 150 < self.length < 400 else 0.0
        self.k += 1
        crash = self.el < 0.1 or abs(self.az) > 1.2
        return self._obs(), float(power / 10 - 20 * crash), bool(crash), self.k >= self.max_steps, {}
