import numpy as np


class DigSite:
    """Excavator arm over soil of unknown hardness."""

    SOILS = {"sand": (0.2, 0.05), "clay": (0.5, 0.1), "gravel": (0.7, 0.25), "rock": (0.9, 0.4)}

    def __init__(self, soil):
        self.rng = np.random.default_rng()
        self.set_soil(soil)

    def set_soil(self, soil):
        self.mean, self.spread = self.SOILS[soil]

    def reset(self):
        self.depth = 0.0
        self.pressure = 0.0
        self.t = 0
        return self.obs()

    def obs(self):
        return [self.depth, self.pressure + self.rng.normal(0, 0.02), self.t / 300]

    def step(self, force):
        hard = float(np.clip(self.rng.normal(self.mean, self.spread), 0.05, 1.2))
        bite = max(0.0, force - hard) * 0.05
        self.depth += bite
        self.pressure = 0.7 * self.pressure + 0.3 * force * hard
        self.t += 1
        stall = self.pressure > 0.45
        reward = 20 * bite - 0.02 * force - (0.5 if stall else 0.0)
        return self.obs(), reward, self.depth >= 1.0 or self.t >= 300, stall
