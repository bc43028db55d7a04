import gymnasium as gym
import numpy as np


class IcebreakerEnv(gym.Env):
    """Cross a frozen sound: choose the heading, feel the ice only under the bow."""

    LANES = 15
    LENGTH = 80

    def __init__(self):
        self.observation_space = gym.spaces.Box(0.0, 1.0, shape=(5,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        field = self.np_random.random((self.LENGTH + 1, self.LANES))
        for _ in range(3):
            field = (field + np.roll(field, 1, 0) + np.roll(field, 1, 1)) / 3
        self.ice = (field - field.min()) / (np.ptp(field) + 1e-6)
        self.lane = self.LANES // 2
        self.row = 0
        self.fuel = 1.0
        return self._obs(), {}

    def _obs(self):
        left = self.ice[self.row, (self.lane - 1) % self.LANES]
        right = self.ice[self.row, (self.lane + 1) % self.LANES]
        here = self.ice[self.row, self.lane]
        return np.array([left, here, right, self.fuel, self.lane / self.LANES], dtype=np.float32)

    def step(self, action):
        self.lane = (self.lane + int(action) - 1) % self.LANES
        cost = 0.005 + 0.03 * self.ice[self.row, self.lane] ** 2
        self.fuel = max(0.0, self.fuel - cost)
        self.row += 1
        arrived = self.row >= self.LENGTH
        reward = -cost * 10 + (5.0 if arrived else 0.0)
        return self._obs(), float(reward), bool(arrived or self.fuel <= 0), False, {"arrived": arrived}
