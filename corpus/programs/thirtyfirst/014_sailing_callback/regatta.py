import numpy as np
import gymnasium as gym


class UpwindLeg(gym.Env):
    """One leg to windward. Shifts and puffs are not seen directly, only the apparent wind on board."""
    metadata = {"render_modes": []}

    def __init__(self, leg=900.0, limit=400):
        self.leg, self.limit = leg, limit
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = gym.spaces.Discrete(4)      # bear away, steady, head up, tack

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x = self.y = 0.0
        self.heading = np.deg2rad(45.0)
        self.speed = 2.0
        self.wind_dir = 0.0
        self.wind = 6.0
        self.trend = self.np_random.normal(0, 0.004)
        self.n = 0
        return self._obs(), {}

    def _obs(self):
        rel = self.heading - self.wind_dir
        ax = self.wind * np.sin(rel)
        ay = self.wind * np.cos(rel) + self.speed
        return np.array([ax / 10, ay / 10, self.speed / 4, np.sin(self.heading), np.cos(self.heading),
                         (self.leg - self.y) / self.leg], dtype=np.float32)

    def step(self, a):
        rel = self.heading - self.wind_dir
        if a == 3:
            self.heading = self.wind_dir - rel
            self.speed *= 0.5
        else:
            self.heading += np.sign(rel) * np.deg2rad((4, 0, -4)[int(a)])
        rel = abs((self.heading - self.wind_dir + np.pi) % (2 * np.pi) - np.pi)
        target = self.wind * 0.6 * np.clip((np.rad2deg(rel) - 28) / 30, 0, 1)
        self.speed += 0.2 * (target - self.speed)
        before = self.y
        self.x += 4 * self.speed * np.sin(self.heading)
        self.y += 4 * self.speed * np.cos(self.heading)
        if self.np_random.random() < 0.02:
            self.trend = self.np_random.normal(0, 0.004)
        self.wind_dir += self.trend + self.np_random.normal(0, 0.005)
        self.wind = np.clip(self.wind + self.np_random.normal(0, 0.2), 3, 12)
        self.n += 1
        there = self.y >= self.leg
        reward = (self.y - before) / 20 - 0.1 + 5.0 * there
        return self._obs(), float(reward), bool(there), self.n >= self.limit, {}
