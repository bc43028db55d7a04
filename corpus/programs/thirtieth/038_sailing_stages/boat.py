import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Upwind(gym.Env):
    """Beat to a mark. The boat feels the apparent wind angle only through a slow vane."""

    def __init__(self, shifts: float = 0.0, course: float = 200.0):
        super().__init__()
        self.shifts, self.course = shifts, course
        self.observation_space = spaces.Box(-2.0, 2.0, shape=(5,), dtype=np.float32)
        self.action_space = spaces.Discrete(4)  # hold, bear away, head up, tack

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.zeros(2)
        self.heading = 0.8
        self.wind = self.np_random.normal(0.0, self.shifts)
        self.vane = 0.8
        self.speed, self.t = 2.0, 0
        return self._obs(), {}

    def _obs(self):
        to_mark = np.array([0.0, self.course]) - self.pos
        bearing = np.arctan2(to_mark[0], to_mark[1])
        raw = [np.sin(self.heading), np.cos(self.heading), self.vane / np.pi, bearing / np.pi, self.speed / 4]
        return np.clip(raw, -2, 2).astype(np.float32)

    def step(self, action):
        self.t += 1
        self.wind += self.np_random.normal(0.0, 0.1 * self.shifts)
        if action == 3:
            self.heading = 2 * self.wind - self.heading
            self.speed *= 0.5
        else:
            self.heading += (0.0, 0.08, -0.08)[action] * np.sign(self.heading - self.wind + 1e-9)
        angle = self.heading - self.wind
        polar = 4.0 * max(0.0, np.sin(abs(angle)) - 0.45) if abs(angle) < 2.6 else 1.0
        self.speed += 0.2 * (polar - self.speed)
        self.vane += 0.25 * (angle - self.vane)
        before = self.pos[1]
        self.pos = self.pos + self.speed * np.array([np.sin(self.heading), np.cos(self.heading)])
        there = self.pos[1] >= self.course and abs(self.pos[0]) < 40
        reward = 0.02 * (self.pos[1] - before) - 0.01 + 5.0 * there
        away = abs(self.pos[0]) > 300 or self.pos[1] < -50
        return self._obs(), float(reward), bool(there or away), self.t >= 300, {}
