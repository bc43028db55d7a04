import numpy as np


class Spacecraft:
    """Single-axis attitude with a drifting gyro and a sun sensor that is blind in eclipse."""

    ORBIT = 900

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.angle, self.rate, self.drift, self.t = 0.6, 0.02, 0.0, 0

    def sensors(self):
        lit = float(self.t % self.ORBIT < 560)
        self.drift += self.rng.normal(0, 1e-5)
        gyro = self.rate + self.drift + self.rng.normal(0, 1e-4)
        sun = lit * (self.angle + self.rng.normal(0, 0.01))
        return np.array([gyro * 50, sun, lit], dtype=np.float32)

    def torque(self, u):
        self.rate += 1e-3 * float(np.clip(u, -1, 1)) + self.rng.normal(0, 2e-5)
        self.angle += self.rate
        self.t += 1
        return abs(self.angle)
