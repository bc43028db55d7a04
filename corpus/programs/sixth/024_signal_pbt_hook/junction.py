import numpy as np


class Junction:
    """A four-arm junction which never closes. Only the stop-line detectors are seen, not the queues."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.q = np.zeros(4)
        self.flow = self.rng.uniform(0.05, 0.3, 4)
        self.phase, self.since, self.t = 0, 0, 0

    def see(self):
        x = np.zeros(4 + 2 + 3, np.float32)
        x[:4] = self.q > 0
        x[4 + self.phase] = 1
        x[6:] = min(self.since, 30) / 30, np.sin(self.t / 700), np.cos(self.t / 700)
        return x

    def step(self, switch):
        if switch:
            self.phase, self.since = 1 - self.phase, 0
        self.since += 1
        self.t += 1
        if self.rng.random() < 0.001:
            self.flow = self.rng.uniform(0.05, 0.3, 4)
        self.q += self.rng.random(4) < self.flow * (1 + 0.4 * np.sin(self.t / 700))
        if self.since > 3:
            self.q[self.phase::2] = np.maximum(0, self.q[self.phase::2] - 0.8)
        self.q = np.minimum(self.q, 60)
        return self.see(), -self.q.sum() / 40 - 0.1 * switch
