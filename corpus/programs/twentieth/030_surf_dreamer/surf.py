import numpy as np


class SurfSim:
    """One wave: keep the board in the pocket. Observed: slope, speed, distance to the curl (noisy)."""

    obs_size, act_size = 4, 2

    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos, self.speed, self.trim, self.t = 0.0, 4.0, 0.0, 0
        self.curl_speed = self.rng.uniform(3.0, 6.0)
        self.curl = -3.0
        return self._obs()

    def _obs(self):
        gap = self.pos - self.curl
        return np.array([self.speed / 5, self.trim, gap / 5 + self.rng.normal(0, 0.2), self.t / 300], dtype=np.float32)

    def step(self, action):
        turn, pump = np.clip(action, -1, 1)
        self.trim = 0.9 * self.trim + 0.1 * turn
        self.speed += 0.1 * (pump - 0.2 * self.speed + self.trim + 1.0)
        self.pos += 0.1 * self.speed
        self.curl += 0.1 * self.curl_speed
        self.t += 1
        gap = self.pos - self.curl
        done = gap < 0 or gap > 12 or self.t >= 300
        return self._obs(), float(np.exp(-((gap - 2) ** 2))), done
