import numpy as np


class KneeSim:
    """Prosthetic knee over one walking trial. The controller sees shank IMU signals, not the gait phase."""

    def __init__(self, cadence, slope, noise, seed):
        self.cadence, self.slope, self.noise = cadence, slope, noise
        self.rng = np.random.default_rng(seed)
        self.dt = 0.01

    def reset(self):
        self.phase = self.rng.uniform(0, 1)
        self.angle, self.vel, self.t = 0.1, 0.0, 0.0
        return self.imu()

    def target(self):
        p = 2 * np.pi * self.phase
        return 0.35 - 0.25 * np.cos(2 * p) + 0.45 * np.exp(-((self.phase - 0.7) ** 2) / 0.01) + self.slope

    def imu(self):
        acc = np.sin(2 * np.pi * self.phase) + self.noise * self.rng.standard_normal()
        gyro = self.vel / 5 + self.noise * self.rng.standard_normal()
        return np.array([acc, gyro, self.angle], dtype=np.float32)

    def step(self, torque):
        self.vel += self.dt * (40 * float(np.clip(torque, -1, 1)) - 4 * self.vel - 6 * self.angle)
        self.angle += self.dt * self.vel
        self.phase = (self.phase + self.dt * self.cadence) % 1.0
        self.t += self.dt
        cost = (self.angle - self.target()) ** 2 + 1e-3 * torque ** 2
        return self.imu(), cost, self.t >= 6.0
