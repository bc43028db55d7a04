import numpy as np


class ThermalSky:
    """A glider among drifting thermals. It feels only its own climb rate and turn."""

    def __init__(self, steps=400):
        self.steps = steps

    def reset(self, seed):
        self.rng = np.random.default_rng(seed)
        self.cores = self.rng.uniform(-500, 500, (6, 2))
        self.power = self.rng.uniform(1.5, 4.0, 6)
        self.drift = self.rng.normal(0, 0.8, 2)
        self.xy = np.zeros(2)
        self.heading = self.rng.uniform(0, 2 * np.pi)
        self.bank = 0.0
        self.alt = 300.0
        self.t = 0
        return self.feel(0.0)

    def feel(self, climb):
        return np.array([climb / 3, self.bank, self.alt / 1000], np.float32)

    def step(self, roll):
        self.bank = float(np.clip(self.bank + 0.2 * roll, -0.8, 0.8))
        self.heading += 0.5 * self.bank
        self.xy += 12 * np.array([np.cos(self.heading), np.sin(self.heading)])
        self.cores += self.drift
        d = np.linalg.norm(self.cores - self.xy, axis=1)
        lift = (self.power * np.exp(-((d / 70) ** 2))).sum()
        climb = lift - 0.8 - 0.5 * self.bank**2 + self.rng.normal(0, 0.1)
        self.alt += climb
        self.t += 1
        return self.feel(climb), climb, self.alt <= 0 or self.t >= self.steps
