import gymnasium as gym
import numpy as np


class FleaMarket(gym.Env):
    """Haggling over several items in a row: the agent buys, another model sells."""

    def __init__(self, items=10, rounds=8):
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(11)
        self.items, self.rounds = items, rounds
        self.seller = None
        self.seller_state = None
        self.seller_first = np.ones(1, dtype=bool)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.item = 0
        self.seller_state = None
        self.seller_first = np.ones(1, dtype=bool)
        self._lay_out()
        return self._view(self.worth, self.ask), {}

    def _lay_out(self):
        self.k = 0
        self.worth = self.np_random.uniform(0.4, 1.0)
        self.cost = self.np_random.uniform(0.0, 0.6)
        self.offer, self.ask = 0.0, 1.0

    def _view(self, private, other):
        return np.array([private, other, self.k / self.rounds, self.item / self.items], np.float32)

    def _seller_ask(self):
        if self.seller is None:
            return self.np_random.integers(11) / 10
        obs = self._view(1 - self.cost, 1 - self.offer)[None]
        act, self.seller_state = self.seller.predict(
            obs, state=self.seller_state, episode_start=self.seller_first, deterministic=False
        )
        self.seller_first = np.zeros(1, dtype=bool)
        return 1 - act[0] / 10

    def step(self, action):
        self.offer = action / 10
        self.k += 1
        self.ask = self._seller_ask()
        reward, sold = 0.0, self.offer >= self.ask
        if sold:
            reward = self.worth - (self.offer + self.ask) / 2
        if sold or self.k >= self.rounds:
            self.item += 1
            self._lay_out()
        return self._view(self.worth, self.ask), float(reward), self.item >= self.items, False, {}
