import gymnasium as gym
import numpy as np
from gymnasium import spaces


class OfficeEnv(gym.Env):
    """Three zones with one air handler. 15 minute steps, one week per episode."""

    def __init__(self, seed=None):
        self.action_space = spaces.Box(-1.0, 1.0, (4,), np.float32)
        self.observation_space = spaces.Box(-np.inf, np.inf, (9,), np.float32)
        self.rng = np.random.default_rng(seed)

    def _occupied(self):
        hour = (self.t % 96) / 4
        return float(7 <= hour <= 18 and self.t // 96 < 5)

    def _outside(self):
        return 4 + self.offset + 6 * np.sin(2 * np.pi * (self.t % 96 - 36) / 96)

    def _obs(self):
        day = 2 * np.pi * (self.t % 96) / 96
        return np.array([*(self.zone - 21) / 5, (self._outside() - 10) / 10, np.sin(day), np.cos(day),
                         self._occupied(), self.price, self.supply / 10 - 2], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.offset = self.rng.normal(0, 4)
        self.zone = self.rng.normal(20, 1, 3)
        self.supply = 20.0
        self.price = 0.2
        return self._obs(), {}

    def step(self, action):
        valves = (action[:3] + 1) / 2
        self.supply += 0.5 * (22 + 10 * float(action[3]) - self.supply)
        gain = 0.25 * valves * (self.supply - self.zone)
        loss = 0.02 * (self.zone - self._outside())
        people = 0.15 * self._occupied() * self.rng.random(3)
        self.zone = self.zone + gain - loss + people
        energy = float(np.sum(valves) * abs(self.supply - self._outside()) / 50)
        self.price = 0.2 + 0.1 * (17 <= (self.t % 96) / 4 <= 20)
        discomfort = np.clip(np.abs(self.zone - 21.5) - 1, 0, None).mean() * self._occupied()
        self.t += 1
        return self._obs(), float(-discomfort - self.price * energy), False, self.t >= 672, {}
