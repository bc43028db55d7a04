import numpy as np


class Pond:
    """Dissolved oxygen in a carp pond, by the hour."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.hour = 6
        self.o2 = 7.5
        self.algae = self.rng.uniform(0.5, 1.5)
        self.kwh = 0.0

    def probe(self):
        angle = 2 * np.pi * (self.hour % 24) / 24
        return np.array([self.o2 / 10 + self.rng.normal(0, 0.03), np.sin(angle), np.cos(angle)], dtype=np.float32)

    def advance(self, aerators):
        light = max(0.0, np.sin(np.pi * ((self.hour % 24) - 6) / 12))
        self.o2 += self.algae * (light - 0.35) + 0.25 * aerators - 0.1 * (self.o2 - 7)
        self.o2 = float(np.clip(self.o2 + self.rng.normal(0, 0.1), 0, 14))
        self.kwh += 1.5 * aerators
        self.hour += 1
