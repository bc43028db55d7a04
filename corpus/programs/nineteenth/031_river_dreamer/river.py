import numpy as np


class River:
    """A run is a list of sections, each with a grade from 1 (flat) to 4 (heavy rapids)."""

    def __init__(self, grades, length=300.0, seed=None):
        self.grades, self.length = grades, length
        self.rng = np.random.default_rng(seed)

    @property
    def grade(self):
        return self.grades[min(int(self.x // self.length), len(self.grades) - 1)]

    def reset(self):
        self.x, self.y, self.yaw, self.roll, self.roll_v = 0.0, 0.0, 0.0, 0.0, 0.0
        return self._sense()

    def _sense(self):
        imu = [self.yaw, self.roll, self.roll_v, np.sin(self.x / 20), np.cos(self.x / 20)]
        spray = self.rng.normal(0, 0.1 * self.grade, 4)
        return np.array([*imu, self.y / 10, *spray], np.float32)

    def step(self, left, right):
        wave = self.rng.normal(0, 0.08 * self.grade)
        self.yaw += 0.05 * (left - right) + 0.3 * wave
        self.roll_v += 0.1 * (right - left) - 0.2 * self.roll + wave
        self.roll += 0.1 * self.roll_v
        speed = 1.0 + 0.4 * self.grade + 0.5 * max(left + right, 0)
        self.x += speed * np.cos(self.yaw)
        self.y += speed * np.sin(self.yaw)
        capsized = abs(self.roll) > 1.2
        aground = abs(self.y) > 15
        home = self.x > self.length * len(self.grades)
        return self._sense(), capsized, aground, home
