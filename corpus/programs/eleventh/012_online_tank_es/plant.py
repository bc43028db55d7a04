from dataclasses import dataclass
import random


@dataclass
class CoupledTanks:
    """Two tanks in series; only the level of the lower one is measured. Trips on overflow."""

    upper: float = 0.3
    lower: float = 0.3
    setpoint: float = 0.5
    tripped: bool = False
    age: int = 0

    def restart(self):
        self.upper = self.lower = 0.3
        self.tripped = False

    def read(self):
        return [self.lower + random.gauss(0, 0.005), self.setpoint]

    def step(self, pump):
        self.age += 1
        if self.age % 900 == 0:
            self.setpoint = random.uniform(0.3, 0.7)
        q1 = 0.05 * max(self.upper, 0) ** 0.5
        q2 = 0.05 * max(self.lower, 0) ** 0.5
        self.upper += 0.08 * pump - q1
        self.lower += q1 - q2
        self.tripped = self.upper > 1.5 or self.lower > 1.0
        return (self.lower - self.setpoint) ** 2 + 0.01 * pump
