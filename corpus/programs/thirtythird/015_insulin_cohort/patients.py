import numpy as np


class Patient:
    """Very small glucose-insulin model; sensitivity is hidden and differs from patient to patient."""

    DOSES = np.array([0.0, 0.5, 1.0, 2.0, 4.0])

    def __init__(self, pid, hours=72):
        self.pid = pid
        self.hours = hours

    def admit(self):
        self.rng = np.random.RandomState(self.pid)
        self.sensitivity = self.rng.uniform(4.0, 14.0)
        self.absorb = self.rng.uniform(0.2, 0.5)
        self.glucose = self.rng.uniform(110, 220)
        self.active = 0.0
        self.gut = 0.0
        self.hour = 0
        self.last_dose = 0.0
        return self.chart()

    def chart(self):
        reading = self.glucose + self.rng.randn() * 5
        return np.array([(reading - 120) / 60, self.last_dose / 4, self.gut / 50, self.hour % 24 / 24], dtype=np.float32)

    def treat(self, k):
        self.last_dose = self.DOSES[k]
        self.active += self.last_dose
        if self.hour % 24 in (7, 12, 18):
            self.gut += self.rng.uniform(30, 70)
        taken = self.absorb * self.gut
        self.gut -= taken
        used = 0.4 * self.active
        self.active -= used
        self.glucose += 1.2 * taken - self.sensitivity * used + 0.03 * (140 - self.glucose) + self.rng.randn() * 3
        self.hour += 1
        in_range = 70 <= self.glucose <= 180
        reward = 1.0 if in_range else -0.02 * abs(self.glucose - 125)
        hypo = self.glucose < 50
        return self.chart(), reward - 10.0 * hypo, bool(hypo or self.hour >= self.hours), in_range
