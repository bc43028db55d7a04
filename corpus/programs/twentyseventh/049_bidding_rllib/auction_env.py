import gymnasium as gym
import numpy as np


class AuctionDay(gym.Env):
    """One campaign day: 96 slots, choose a bid multiplier, second price auctions."""

    MULT = np.array([0.0, 0.5, 0.8, 1.0, 1.25, 1.6])

    def __init__(self, config=None):
        config = config or {}
        self.budget = config.get("budget", 100.0)
        self.value = config.get("value", 1.0)
        self.observation_space = gym.spaces.Box(-10, 10, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(len(self.MULT))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.slot = 0
        self.left = self.budget
        self.level = self.np_random.uniform(0.4, 1.2)
        self.won = 0.0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.slot / 96, self.left / self.budget, self.won / 10, self.value], np.float32)

    def step(self, action):
        bid = self.value * self.MULT[int(action)]
        market = self.level * self.np_random.lognormal(0, 0.3, 20)
        wins = market[market < bid]
        paid = float(wins.sum())
        if paid > self.left:
            wins, paid = wins[:0], self.left
        self.left -= paid
        self.won = float(len(wins))
        self.level *= float(np.exp(self.np_random.normal(0, 0.05)))
        self.slot += 1
        reward = self.value * self.won - paid
        return self._obs(), reward, self.left <= 1e-3, self.slot >= 96, {}
