import numpy as np


class Hover:
    """Quadrotor altitude hold in gusts. Only a noisy barometer is seen."""

    n_obs = 2
    n_act = 3

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.z = self.rng.uniform(0.5, 3.0)
        self.vz = 0.0
        self.gust = 0.0
        self.goal = self.rng.uniform(1.0, 2.5)
        self.t = 0
        return self._see()

    def _see(self):
        baro = self.z + self.rng.normal(0, 0.05)
        return np.array([self.goal - baro, self.goal], dtype=np.float32)

    def step(self, a):
        thrust = (8.0, 9.81, 11.6)[a]
        self.gust = 0.97 * self.gust + self.rng.normal(0, 0.15)
        self.vz += 0.04 * (thrust - 9.81 + self.gust - 0.3 * self.vz)
        self.z += 0.04 * self.vz
        self.t += 1
        crash = self.z <= 0.0 or self.z > 6.0
        reward = -abs(self.goal - self.z) - (20.0 if crash else 0.0)
        return self._see(), reward, crash or self.t >= 600
