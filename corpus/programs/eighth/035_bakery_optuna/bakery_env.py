import gymnasium as gym
import numpy as np


class BakeryEnv(gym.Env):
    """Bake bread for perishable stock with a hidden weekly demand pattern."""

    SHELF_LIFE = 3

    def __init__(self, days=180):
        self.days = days
        self.observation_space = gym.spaces.Box(0.0, 5.0, shape=(self.SHELF_LIFE + 1,), dtype=np.float32)
        self.action_space = gym.spaces.Discrete(11)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pattern = self.np_random.uniform(20, 80, size=7)
        self.stock = np.zeros(self.SHELF_LIFE)
        self.day = 0
        self.last_sold = 0.0
        return self._obs(), {}

    def _obs(self):
        return np.append(self.stock / 100, self.last_sold / 100).astype(np.float32)

    def step(self, action):
        baked = 10.0 * int(action)
        self.stock = np.append(baked, self.stock[:-1])
        demand = float(self.np_random.poisson(self.pattern[self.day % 7]))
        sold = 0.0
        for age in range(self.SHELF_LIFE - 1, -1, -1):
            take = min(self.stock[age], demand - sold)
            self.stock[age] -= take
            sold += take
        waste = self.stock[-1]
        self.last_sold = sold
        self.day += 1
        reward = 0.03 * sold - 0.01 * baked - 0.01 * waste
        return self._obs(), float(reward), False, self.day >= self.days, {}
