import numpy as np


class SimPatient:
    """Propofol, three compartments and an effect site, 5 s steps. BIS is what the monitor shows."""

    def __init__(self, rng):
        self.rng = rng

    def admit(self):
        self.weight = self.rng.normal(75, 12)
        self.sens = np.exp(self.rng.normal(0, 0.25))
        self.c = np.zeros(3)
        self.ce = 0.0
        self.stim = 0.0
        self.k = 0
        self.bis = 93.0
        return self.monitor()

    def monitor(self):
        return np.array([(self.bis - 50) / 30, self.k / 1440, self.weight / 100, self.stim], dtype=np.float32)

    def infuse(self, rate):
        k10, k12, k13, k21, k31, ke0 = 0.119, 0.112, 0.042, 0.055, 0.0033, 0.26
        dt = 5 / 60
        c1, c2, c3 = self.c
        self.c += dt * np.array([
            rate * 10 / (0.228 * self.weight) - (k10 + k12 + k13) * c1 + k21 * c2 + k31 * c3,
            k12 * c1 - k21 * c2,
            k13 * c1 - k31 * c3,
        ])
        self.ce += dt * ke0 * (self.c[0] - self.ce)
        if self.rng.random() < 0.01:
            self.stim = self.rng.uniform(0, 1)
        e = (self.ce * self.sens) ** 3
        self.bis = 93 * (1 - e / (e + 3.4 ** 3)) + 8 * self.stim + self.rng.normal(0, 2)
        self.k += 1
        reward = 1 - abs(self.bis - 50) / 15 - 0.02 * rate
        return self.monitor(), float(reward), self.k >= 1440
