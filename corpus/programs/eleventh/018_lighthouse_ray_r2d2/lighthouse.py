import numpy as np


class Lighthouse:
    """Turn the lamp to the ship that sounded its horn last; horns are short and ships keep moving."""

    def __init__(self, rng, sectors=8, length=240):
        self.rng, self.sectors, self.length = rng, sectors, length

    def reset(self):
        self.t = 0
        self.lamp = 0
        self.ship = int(self.rng.integers(self.sectors))
        return self.observe()

    def observe(self):
        x = np.zeros(self.sectors + 1, np.float32)
        if self.t % 6 == 0:
            x[self.ship] = 1.0
        x[-1] = self.lamp / self.sectors
        return x

    def step(self, a):
        self.t += 1
        self.lamp = (self.lamp + (a - 1)) % self.sectors
        if self.rng.random() < 0.1:
            self.ship = (self.ship + int(self.rng.choice([-1, 1]))) % self.sectors
        gap = abs(self.lamp - self.ship)
        gap = min(gap, self.sectors - gap)
        return self.observe(), 1.0 - 0.5 * gap, self.t >= self.length
