import numpy as np
import gymnasium as gym
from gymnasium import spaces


class LiftBank(gym.Env):
    """One car, ten floors, calls that are only heard as a noisy count."""

    def __init__(self, floors=10, steps=400):
        self.floors, self.steps = floors, steps
        self.observation_space = spaces.Box(-1, 4, (floors + 2,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.floor, self.aboard = 0, 0, 0
        self.waiting = np.zeros(self.floors, int)
        return self._obs(), {}

    def _obs(self):
        heard = np.minimum(self.waiting, 3) * (self.np_random.random(self.floors) < 0.7)
        return np.concatenate([heard, [self.floor / self.floors, self.aboard / 8]]).astype(np.float32)

    def step(self, action):
        self.t += 1
        self.waiting += self.np_random.random(self.floors) < 0.03
        reward = -0.01 * float(self.waiting.sum() + self.aboard)
        if action == 2:
            reward += 0.5 * self.aboard * (self.floor == 0)
            self.aboard = 0 if self.floor == 0 else self.aboard
            room = min(8 - self.aboard, int(self.waiting[self.floor]))
            self.aboard += room
            self.waiting[self.floor] -= room
        else:
            self.floor = int(np.clip(self.floor + (1 if action == 1 else -1), 0, self.floors - 1))
        return self._obs(), reward, False, self.t >= self.steps, {}
