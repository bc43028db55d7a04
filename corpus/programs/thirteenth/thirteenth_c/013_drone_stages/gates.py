import numpy as np


class GateRace:
    """Planar drone flying through a ring of gates. Wind is not observed."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.radius, self.n_gates, self.gust = 4.0, 4, 0.0

    def layout(self, radius, n_gates):
        self.radius, self.n_gates = radius, n_gates

    def set_gust(self, gust):
        self.gust = gust

    def _gate(self, k):
        a = 2 * np.pi * k / self.n_gates
        return self.radius * np.array([np.cos(a), np.sin(a)])

    def reset(self):
        self.p = self._gate(0) + self.rng.normal(0, 0.1, 2)
        self.v = np.zeros(2)
        self.k, self.t = 1, 0
        self.wind = self.rng.normal(0, 1, 2)
        return self._obs()

    def _obs(self):
        nxt, after = self._gate(self.k) - self.p, self._gate(self.k + 1) - self.p
        return np.concatenate([self.p, nxt, after, [np.linalg.norm(nxt), self.t / 2000]]).astype(np.float32)

    def step(self, a):
        before = np.linalg.norm(self._gate(self.k) - self.p)
        self.v = 0.95 * self.v + 0.05 * (4 * np.clip(a, -1, 1) + self.gust * self.wind)
        self.p = self.p + 0.05 * self.v
        self.wind = 0.99 * self.wind + 0.1 * self.rng.normal(0, 1, 2)
        self.t += 1
        dist = np.linalg.norm(self._gate(self.k) - self.p)
        reward = before - dist
        if dist < 0.3:
            reward += 1.0
            self.k += 1
        lost = np.linalg.norm(self.p) > 3 * self.radius
        return self._obs(), reward - 5.0 * lost, bool(lost or self.t >= 2000)
