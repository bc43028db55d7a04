import gymnasium as gym
import numpy as np
from gymnasium import spaces


class CraneEnv(gym.Env):
    """Gantry crane with a swinging load. Angle is seen, its rate and the rope length are not."""

    def __init__(self, level: int = 0, horizon: int = 1500):
        self.observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = spaces.Box(-1, 1, (1,), np.float32)
        self.level, self.horizon = level, horizon

    def set_level(self, level: int):
        self.level = level

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.rope = self.np_random.uniform(1.0, 1.5 + self.level)
        self.s = np.zeros(4)
        self.target = self.np_random.uniform(-3, 3)
        self.t = 0
        return self._o(), {}

    def _o(self):
        return np.array([self.s[0] - self.target, self.s[1], self.s[2]], np.float32)

    def step(self, a):
        x, v, th, w = self.s
        acc = 2.0 * float(a[0]) + 0.2 * self.level * self.np_random.normal()
        al = -(9.81 * np.sin(th) + acc * np.cos(th)) / self.rope - 0.05 * w
        self.s = np.array([x + 0.05 * v, v + 0.05 * acc, th + 0.05 * w, w + 0.05 * al])
        self.t += 1
        if self.t % 300 == 0:
            self.target = self.np_random.uniform(-3, 3)
        r = -abs(self.s[0] - self.target) - 0.5 * abs(self.s[2])
        return self._o(), float(r), bool(abs(self.s[2]) > 1.2), self.t >= self.horizon, {}
