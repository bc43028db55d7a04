import numpy as np


class Treadmill:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.phase = 0.0
        self.q = np.zeros(4)
        self.qd = np.zeros(4)

    def start(self):
        self.phase = 0.0
        self.q = self.rng.normal(0, 0.05, 4)
        self.qd = np.zeros(4)
        return self._sense()

    def _sense(self):
        grf = [max(0.0, np.sin(self.phase)), max(0.0, -np.sin(self.phase))]
        imu = [np.sin(self.phase), np.cos(self.phase)]
        return np.concatenate([self.q, self.qd, grf, imu]).astype(np.float32)

    def apply(self, torque):
        self.phase += 0.01 * 2 * np.pi
        want = 0.4 * np.sin(self.phase + np.array([0.0, 0.6, np.pi, np.pi + 0.6]))
        human = 6.0 * (want - self.q) - 1.5 * self.qd
        self.qd = self.qd + 0.01 * (human + 4.0 * torque) + self.rng.normal(0, 0.01, 4)
        self.q = self.q + 0.01 * self.qd * 10
        effort = float(np.square(human).mean()) * 0.01
        fell = bool(np.abs(self.q).max() > 1.4)
        return self._sense(), effort, fell
