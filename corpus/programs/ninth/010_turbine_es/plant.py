import math
import random


class TurbinePlant:
    """Simulated wind turbine that keeps turning; the controller moves the blade pitch."""

    DT = 0.5

    def __init__(self, seed=0):
        self.rng = random.Random(seed)
        self.rotor = 1.2
        self.pitch = 5.0
        self.wind = 9.0
        self.gust = 0.0

    def sensors(self):
        # the anemometer lags and is noisy
        return [self.rotor / 2.0, self.pitch / 30.0, (self.wind + self.rng.gauss(0, 0.8)) / 20.0]

    def advance(self, pitch_rate):
        self.pitch = min(30.0, max(0.0, self.pitch + self.DT * max(-4.0, min(4.0, pitch_rate))))
        self.gust = 0.97 * self.gust + self.rng.gauss(0, 0.3)
        self.wind = max(3.0, self.wind + 0.01 * (9.0 - self.wind) + self.rng.gauss(0, 0.1))
        v = max(0.0, self.wind + self.gust)
        tip = self.rotor * 40.0 / max(v, 1.0)
        cp = max(0.0, 0.45 * math.exp(-((tip - 7.0) / 4.0) ** 2) * (1 - self.pitch / 30.0))
        torque_in = cp * v ** 3 / 900.0
        torque_out = 0.25 * self.rotor
        self.rotor = max(0.1, self.rotor + self.DT * (torque_in - torque_out))
        power = torque_out * self.rotor
        over = max(0.0, self.rotor - 1.6)
        return power - 5.0 * over * over - 0.002 * pitch_rate * pitch_rate
