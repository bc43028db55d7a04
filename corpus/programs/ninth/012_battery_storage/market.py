import math
import random


class StorageMarket:
    """Buy, hold or sell 1 MWh each quarter of an hour; prices have a daily shape and a hidden regime."""

    def __init__(self, days=14, capacity=8, seed=None):
        self.steps = days * 96
        self.capacity = capacity
        self.rng = random.Random(seed)

    def reset(self):
        self.t = 0
        self.soc = self.capacity // 2
        self.regime = 0.0
        self._price()
        return self.obs()

    def _price(self):
        self.regime = 0.995 * self.regime + self.rng.gauss(0, 1.5)
        shape = 15 * math.sin(2 * math.pi * (self.t % 96 - 30) / 96) + 8 * math.sin(4 * math.pi * (self.t % 96) / 96)
        self.price = 50 + shape + self.regime + self.rng.gauss(0, 3)

    def obs(self):
        return [self.price / 100, self.soc / self.capacity, (self.t % 96) / 96]

    def step(self, action):
        reward = 0.0
        if action == 0 and self.soc < self.capacity:
            self.soc += 1
            reward = -self.price
        elif action == 2 and self.soc > 0:
            self.soc -= 1
            reward = 0.92 * self.price
        self.t += 1
        self._price()
        return self.obs(), reward / 50, self.t >= self.steps
