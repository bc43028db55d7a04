import numpy as np


class Buoy:
    """Point absorber in irregular waves; action sets the damping of the power take-off."""

    def __init__(self, site, episode=600):
        self.rng = np.random.default_rng(1000 + site)
        self.episode = episode
        self.period = self.rng.uniform(5, 11, size=4)
        self.amp = self.rng.uniform(0.1, 0.6, size=4)

    def reset(self):
        self.phase = self.rng.uniform(0, 2 * np.pi, size=4)
        self.t = 0
        self.z = self.v = 0.0
        return self._obs(0.0)

    def _obs(self, power):
        return np.array([self.z, self.v, power], dtype=np.float32)

    def step(self, action):
        damping = (0.1, 0.4, 0.8, 1.6, 3.0)[action]
        time = self.t * 0.25
        wave = np.sum(self.amp * np.sin(2 * np.pi * time / self.period + self.phase))
        acc = 2.0 * (wave - self.z) - damping * self.v - 0.2 * self.v
        self.v += 0.25 * acc
        self.z += 0.25 * self.v
        power = damping * self.v**2
        strain = max(0.0, abs(self.z) - 2.0)
        self.t += 1
        return self._obs(power), float(power - 2 * strain), self.t >= self.episode
