import numpy as np


class PumpRig:
    """Stand-in for the two-tank rig in the lab: it runs on and on, there is no reset."""

    def __init__(self, seed=0, dt=0.5):
        self.rng = np.random.default_rng(seed)
        self.dt = dt
        self.upper, self.lower = 0.4, 0.4
        self.demand = 0.3
        self.setpoint = 0.5
        self.tick = 0

    def sense(self):
        noise = self.rng.normal(0, 0.005, size=2)
        return np.array([self.upper + noise[0], self.lower + noise[1], self.setpoint], dtype=np.float32)

    def drive(self, pump):
        pump = float(np.clip(pump, 0.0, 1.0))
        self.tick += 1
        if self.tick % 400 == 0:
            self.setpoint = self.rng.uniform(0.3, 0.7)
        self.demand = np.clip(self.demand + self.rng.normal(0, 0.01), 0.1, 0.6)
        through = 0.5 * np.sqrt(max(self.upper, 0.0))
        self.upper = np.clip(self.upper + self.dt * 0.1 * (pump - through), 0, 1)
        self.lower = np.clip(self.lower + self.dt * 0.1 * (through - self.demand), 0, 1)
        return -abs(self.lower - self.setpoint) - 0.02 * pump
