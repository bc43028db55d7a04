import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Corridor(gym.Env):
    """Three lights in a row on an arterial road; queues are only visible as stop-line occupancy."""

    def __init__(self, demand: float = 0.4, horizon: int = 900):
        self.demand, self.horizon = demand, horizon
        self.observation_space = spaces.Box(0.0, 1.0, (9,), np.float32)
        self.action_space = spaces.MultiBinary(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.main, self.side = np.zeros(3, int), np.zeros(3, int)
        self.green, self.t = np.ones(3, int), 0
        return self._obs(), {}

    def _obs(self):
        return np.concatenate([self.main > 0, self.side > 0, self.green]).astype(np.float32)

    def step(self, action):
        self.t += 1
        lost = np.asarray(action) != self.green
        self.green = np.asarray(action, dtype=int)
        self.main[0] += self.np_random.poisson(self.demand)
        self.side += self.np_random.poisson(0.12, 3)
        for i in (2, 1, 0):
            if lost[i]:
                continue
            if self.green[i] and self.main[i]:
                self.main[i] -= 1
                if i < 2:
                    self.main[i + 1] += 1
            elif not self.green[i] and self.side[i]:
                self.side[i] -= 1
        cost = 0.02 * (self.main.sum() + self.side.sum())
        return self._obs(), -float(min(cost, 10.0)), False, self.t >= self.horizon, {}
