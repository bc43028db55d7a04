import numpy as np


class Ward:
    """Ventilated patients under propofol, one after the other; a stay lasts 6 to 40 hours, one step is ten minutes."""

    TARGET = -2.0

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.admit()

    def admit(self):
        self.left = int(self.rng.integers(36, 240))
        self.gain = self.rng.uniform(0.6, 1.6)
        self.pain = self.rng.uniform(0.0, 1.0)
        self.effect = 0.0
        self.map = self.rng.normal(78, 6)
        return self.observe()

    def observe(self):
        rass = np.clip(2.0 - self.gain * self.effect + self.pain, -5, 4)
        return np.array([rass / 5, (self.map - 65) / 20, self.effect / 5], dtype=np.float32)

    def step(self, rate):
        self.effect += 0.25 * (rate - self.effect)
        self.map += 0.1 * (80 - 4 * self.effect - self.map) + self.rng.normal(0, 1)
        self.pain = np.clip(self.pain + self.rng.normal(0, 0.1), 0, 2)
        self.left -= 1
        rass = 2.0 - self.gain * self.effect + self.pain
        reward = -abs(rass - self.TARGET) - 0.2 * max(0.0, 65 - self.map)
        return self.observe(), reward, self.left == 0
