import numpy as np


class Lagoon:
    """Tidal power plant: open or close the turbines, the sea level forecast is missing."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.phase = self.rng.uniform(0, 2 * np.pi)
        self.swing = self.rng.uniform(0.8, 1.4)
        self.inside = 0.0
        self.t = 0
        return self.obs()

    @property
    def sea(self):
        return self.swing * np.sin(self.phase + 2 * np.pi * self.t / 25)

    def obs(self):
        return np.array([self.sea + self.rng.normal(0, 0.1), self.inside], dtype=np.float32)

    def step(self, gate):
        head = self.sea - self.inside
        flow = 0.15 * head if gate else 0.0
        self.inside += flow
        self.t += 1
        return self.obs(), float(abs(flow) * max(abs(head) - 0.3, 0.0) * 10), self.t >= 150
