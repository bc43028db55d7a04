import random


class Lung:
    """One-compartment lung with leak. Every episode is another patient."""

    def reset(self):
        self.resistance = random.choice([5.0, 20.0, 50.0])
        self.compliance = random.choice([0.02, 0.05, 0.1])
        self.volume = 0.0
        self.flow = 0.0
        self.t = 0
        return self.observe()

    def target(self):
        return 25.0 if (self.t % 100) < 33 else 5.0

    def pressure(self):
        return self.volume / self.compliance + self.resistance * self.flow

    def observe(self):
        return [self.target() / 30, self.pressure() / 30, self.flow, (self.t % 100) / 100]

    def step(self, valve):
        drive = 40.0 * valve
        self.flow += 0.2 * ((drive - self.volume / self.compliance) / self.resistance - self.flow)
        self.volume = max(0.0, self.volume + 0.03 * self.flow - 0.001 * self.volume)
        self.t += 1
        error = abs(self.pressure() - self.target())
        return self.observe(), -error / 10, self.t >= 400
