import gymnasium as gym
import numpy as np
from gymnasium import spaces


class WarehouseEnv(gym.Env):
    """A picker robot in a dark aisle grid; the order list is only shown at the first step."""

    def __init__(self, size=9, n_items=3, max_steps=200, fixed_orders=False):
        super().__init__()
        self.size = size
        self.n_items = n_items
        self.max_steps = max_steps
        self.fixed_orders = fixed_orders
        self.action_space = spaces.Discrete(5)
        self.observation_space = spaces.Box(0.0, 1.0, (2 + 2 * n_items + 1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.array([0, 0])
        if self.fixed_orders:
            self.items = [np.array([self.size - 1, k * 2]) for k in range(self.n_items)]
        else:
            self.items = [self.np_random.integers(0, self.size, 2) for _ in range(self.n_items)]
        self.picked = [False] * self.n_items
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        moves = [(0, 1), (0, -1), (1, 0), (-1, 0), (0, 0)]
        self.pos = np.clip(self.pos + np.array(moves[int(action)]), 0, self.size - 1)
        self.t += 1
        reward = -0.01
        for k, item in enumerate(self.items):
            if not self.picked[k] and (item == self.pos).all():
                self.picked[k] = True
                reward += 1.0
        finished = all(self.picked)
        info = {"picked": sum(self.picked)}
        return self._obs(), reward, finished, self.t >= self.max_steps, info

    def _obs(self):
        orders = np.concatenate(self.items) / self.size if self.t == 0 else np.zeros(2 * self.n_items)
        return np.concatenate([self.pos / self.size, orders, [self.t / self.max_steps]]).astype(np.float32)
