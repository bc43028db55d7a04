import numpy as np


class Patient:
    """Two-compartment toy patient. One day is 48 half hours; a trial is several days of the same patient."""

    n_obs = 4
    n_doses = 5

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        self.sensitivity = rng.uniform(0.4, 2.2)
        self.absorb = rng.uniform(0.15, 0.45)
        self.dawn = rng.uniform(0.0, 0.6)
        self.meals = np.sort(rng.integers(12, 42, size=3))
        self.glucose = 130.0
        self.insulin = 0.0
        self.gut = 0.0

    def wake(self):
        self.k = 0
        return self.sense()

    def sense(self):
        cgm = self.glucose + self.rng.normal(0, 8)
        clock = 2 * np.pi * self.k / 48
        return np.array([(cgm - 120) / 60, np.sin(clock), np.cos(clock), float(self.k in self.meals)], np.float32)

    def dose(self, level):
        if self.k in self.meals:
            self.gut += self.rng.uniform(30, 80)
        self.insulin += 0.5 * level
        taken = self.absorb * self.gut
        self.gut -= taken
        used = 0.3 * self.insulin
        self.insulin -= used
        self.glucose += 1.6 * taken - 18 * self.sensitivity * used + 1.5 + 4 * self.dawn * (self.k < 14)
        self.glucose = float(np.clip(self.glucose, 30, 420))
        low, high = max(0.0, 70 - self.glucose), max(0.0, self.glucose - 180)
        self.k += 1
        return self.sense(), -(3 * low + high) / 50, self.k >= 48
