import numpy as np


class Patient:
    """Crude minimal-model patient, one step is five minutes."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        self.day_steps = 288

    def reset(self):
        self.t = 0
        self.glucose = self.rng.normal(140, 20)
        self.active = 0.0
        self.gut = 0.0
        self.sens = self.rng.uniform(0.7, 1.3)
        return self._obs()

    def _obs(self):
        cgm = self.glucose + self.rng.normal(0, 5)
        return np.array([cgm / 180 - 1, np.sin(2 * np.pi * self.t / 288), np.cos(2 * np.pi * self.t / 288)], np.float32)

    def step(self, units):
        if self.t in (84, 150, 222):
            self.gut += self.rng.uniform(30, 70)
        self.active = 0.96 * self.active + units
        absorbed = 0.06 * self.gut
        self.gut -= absorbed
        self.glucose += 3.2 * absorbed - 1.9 * self.sens * self.active + 0.012 * (140 - self.glucose)
        self.glucose = float(np.clip(self.glucose, 20, 500))
        self.t += 1
        low = max(0.0, 70 - self.glucose) * 0.08
        high = max(0.0, self.glucose - 180) * 0.01
        return self._obs(), -(low + high), self.t >= self.day_steps or self.glucose < 30
