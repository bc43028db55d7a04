import numpy as np


class Patient:
    """Very reduced glucose-insulin model, five-minute steps, one day long."""

    def __init__(self, rng):
        self.rng = rng

    def wake_up(self):
        self.glucose = self.rng.uniform(90, 160)
        self.insulin = 0.0
        self.gut = 0.0
        self.t = 0
        self.sensitivity = self.rng.uniform(0.6, 1.4)
        return self.glucose

    def step(self, dose):
        if self.t in (84, 144, 222):
            self.gut += self.rng.uniform(30, 80)
        self.insulin = 0.95 * self.insulin + dose
        absorbed = 0.06 * self.gut
        self.gut -= absorbed
        self.glucose += 2.5 * absorbed - 1.2 * self.sensitivity * self.insulin + 0.01 * (120 - self.glucose) + 1.0
        self.glucose = float(np.clip(self.glucose, 30, 450))
        self.t += 1
        risk = (np.log(self.glucose) ** 1.084 - 5.381) ** 2
        return self.glucose + self.rng.normal(0, 5), -float(risk), self.t >= 288 or self.glucose <= 40
