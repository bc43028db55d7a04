import math

import gymnasium as gym
import numpy as np


class UpwindLeg(gym.Env):
    """Beat to a mark. The wind shifts slowly from side to side and is felt only as heel and speed."""

    def __init__(self, distance=1500.0):
        self.distance = distance
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)  # rudder, sheet

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.array([0.0, 0.0])
        self.heading = math.radians(45)
        self.speed = 2.0
        self.phase = self.np_random.uniform(0, 2 * math.pi)
        self.secs = 0
        return self._instruments(), {}

    @property
    def wind(self):
        return math.radians(12) * math.sin(self.phase + self.secs / 180)

    def _instruments(self):
        heel = self.speed * math.sin(self.heading - self.wind)
        bearing = math.atan2(-self.pos[0], self.distance - self.pos[1])
        return np.array([heel, self.speed, math.sin(self.heading), math.cos(self.heading), bearing], np.float32)

    def step(self, action):
        rudder, sheet = np.clip(action, -1, 1)
        self.heading += 0.15 * float(rudder)
        angle = abs(math.atan2(math.sin(self.heading - self.wind), math.cos(self.heading - self.wind)))
        drive = max(0.0, math.sin(angle) - 0.55) * 12 * (1 - abs(sheet - (1 - angle / math.pi)))
        self.speed += 0.2 * (drive - self.speed)
        before = self.distance - self.pos[1]
        self.pos += self.speed * np.array([math.sin(self.heading), math.cos(self.heading)])
        self.secs += 1
        after = self.distance - self.pos[1]
        return self._instruments(), (before - after) * 0.01, after <= 0, self.secs >= 1800, {}
