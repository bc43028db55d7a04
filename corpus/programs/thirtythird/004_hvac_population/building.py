import numpy as np


class Building:
    n_obs = 4
    n_act = 4

    def __init__(self, rng, days=3):
        self.rng = rng
        self.length = days * 48

    def reset(self):
        self.t = 0
        self.temp = self.rng.uniform(16, 24)
        self.mass = self.temp
        self.outside = self.rng.uniform(-5, 12)
        return self.reading()

    def reading(self):
        return np.array([(self.temp - 20) / 5, (self.outside - 5) / 10,
                         np.sin(self.t / 48 * 2 * np.pi), np.cos(self.t / 48 * 2 * np.pi)], dtype=np.float32)

    def step(self, level):
        self.t += 1
        self.outside += self.rng.normal(0, 0.3) + 0.3 * np.sin(self.t / 48 * 2 * np.pi)
        self.mass += 0.05 * (self.temp - self.mass)
        self.temp += 0.1 * (self.outside - self.temp) + 0.2 * (self.mass - self.temp) + 1.1 * level
        occupied = 16 <= self.t % 48 <= 38
        comfort = -abs(self.temp - 21) if occupied else -max(0.0, 15 - self.temp)
        return self.reading(), comfort - 0.4 * level, self.t >= self.length
