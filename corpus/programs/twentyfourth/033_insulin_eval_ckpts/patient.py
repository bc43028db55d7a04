import numpy as np


class Patient:
    """Bergman minimal model, 5 minute step, three noisy meals a day."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.restart()

    def restart(self):
        self.G, self.X, self.I = 120.0, 0.0, 8.0
        self.gut = 0.0
        self.tick = 0
        return self.reading()

    def reading(self):
        cgm = self.G + self.rng.normal(0, 4)
        tod = 2 * np.pi * (self.tick % 288) / 288
        return np.array([cgm / 200, self.I / 50, np.sin(tod), np.cos(tod)], dtype=np.float32)

    def advance(self, units_per_hour):
        if self.tick % 288 in (90, 150, 228):
            self.gut += self.rng.uniform(35, 80)
        absorbed = 0.03 * self.gut
        self.gut -= absorbed
        self.I += 5 * (-0.09 * (self.I - 8) + units_per_hour / 12 * 2.0) * 0.5
        self.X += 5 * (-0.025 * self.X + 1.3e-5 * (self.I - 8))
        self.G += 5 * (-(0.01 + self.X) * self.G + 1.1) + 3.2 * absorbed
        self.G = float(np.clip(self.G, 30, 400))
        self.tick += 1
        return self.reading(), self.G
