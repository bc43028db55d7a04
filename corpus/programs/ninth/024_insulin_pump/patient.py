import numpy as np


class Patient:
    """Very simple glucose model, five minute steps, one day. Meals are not announced."""

    DOSES = np.array([0.0, 0.5, 1.0, 2.0, 4.0])

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.g = self.rng.uniform(90, 160)
        self.ins = 0.0
        self.gut = 0.0
        self.sens = self.rng.uniform(0.6, 1.4)
        self.t = 0
        self.meals = set(self.rng.choice(288, 4, replace=False).tolist())
        return self._obs(0.0)

    def _obs(self, dose):
        return np.array([(self.g - 120) / 60, dose / 4], dtype=np.float32)

    def step(self, k):
        dose = float(self.DOSES[k])
        if self.t in self.meals:
            self.gut += self.rng.uniform(20, 60)
        self.ins = 0.96 * self.ins + dose
        absorbed = 0.08 * self.gut
        self.gut -= absorbed
        self.g += 3.0 * absorbed - 0.6 * self.sens * self.ins + 0.01 * (130 - self.g) + 1.0 + self.rng.normal(0, 1)
        self.g = float(np.clip(self.g, 20, 500))
        self.t += 1
        r = 1.0 if 70 <= self.g <= 180 else (-3.0 if self.g < 70 else -0.5)
        return self._obs(dose), r / 10, self.t >= 288
