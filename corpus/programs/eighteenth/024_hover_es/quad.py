import numpy as np


class Quad2D:
    """Planar quadrotor with two rotors, gusts and a slow battery."""

    def __init__(self, seed=0, dt=0.02):
        self.rng = np.random.default_rng(seed)
        self.dt = dt
        self.place()

    def place(self):
        self.x = np.array([0.0, 1.0, 0.0])     # x, z, pitch
        self.v = np.zeros(3)
        self.gust = 0.0
        self.battery = 1.0

    def sense(self):
        noise = self.rng.normal(0, [0.02, 0.02, 0.01])
        return np.concatenate([self.x + noise, self.v[2:], [self.battery]]).astype(np.float32)

    def fly(self, left, right):
        k = 0.6 + 0.4 * self.battery
        left, right = k * np.clip([left, right], 0, 1)
        self.gust = 0.98 * self.gust + self.rng.normal(0, 0.05)
        thrust = 12.0 * (left + right)
        acc = np.array([-thrust * np.sin(self.x[2]) + self.gust, thrust * np.cos(self.x[2]) - 9.81, 30.0 * (right - left)])
        self.v = (self.v + self.dt * acc) * 0.999
        self.x = self.x + self.dt * self.v
        self.battery = max(0.0, self.battery - 2e-5)
        return -float(self.x[0] ** 2 + (self.x[1] - 1.0) ** 2 + 0.1 * self.x[2] ** 2)

    @property
    def crashed(self):
        return self.x[1] < 0 or abs(self.x[2]) > 1.2 or np.abs(self.x[:2]).max() > 4
