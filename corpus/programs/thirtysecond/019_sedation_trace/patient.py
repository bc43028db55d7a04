import numpy as np


class SedatedPatient:
    """Effect-site model with unknown sensitivity. The BIS value is read each minute."""

    def __init__(self, rng):
        self.rng = rng

    def admit(self):
        self.central = self.effect = 0.0
        self.sens = self.rng.lognormal(0.0, 0.4)
        self.minute = 0
        return self.monitor()

    def monitor(self):
        bis = 95 - 60 * np.tanh(self.sens * self.effect) + self.rng.normal(0, 2)
        return np.array([[bis / 100, self.minute / 240]], dtype=np.float32)

    def infuse(self, rate):
        self.central += rate - 0.12 * self.central
        self.effect += 0.15 * (self.central - self.effect)
        self.minute += 1
        seen = self.monitor()
        return seen, -abs(seen[0, 0] - 0.5) - 0.05 * rate, self.minute >= 240
