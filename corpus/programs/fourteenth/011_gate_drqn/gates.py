import numpy as np


class GateRace:
    """Planar drone, ten gates per lap. The camera shows the next gate only when it lies ahead."""

    def __init__(self, seed=0, max_steps=1500):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.dim = 6
        self.actions = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float32)

    def reset(self):
        ang = np.linspace(0, 2 * np.pi, 10, endpoint=False) + self.rng.normal(0, 0.1, 10)
        self.gates = np.stack([10 * np.cos(ang), 10 * np.sin(ang)], 1)
        self.p, self.v = np.array([10.0, -2.0]), np.zeros(2)
        self.k, self.n = 0, 0
        return self.camera()

    def camera(self):
        d = self.gates[self.k] - self.p
        speed = np.linalg.norm(self.v) + 1e-6
        vis = float(d @ self.v / speed > 0)
        return np.concatenate([self.v / 5, vis * d / 10, [vis, speed / 5]]).astype(np.float32)

    def step(self, a):
        before = np.linalg.norm(self.gates[self.k] - self.p)
        self.v = 0.98 * self.v + 0.15 * self.actions[a]
        self.p = self.p + 0.1 * self.v
        self.n += 1
        r = float(before - np.linalg.norm(self.gates[self.k] - self.p))
        if np.linalg.norm(self.gates[self.k] - self.p) < 0.7:
            r += 2.0
            self.k = (self.k + 1) % 10
        crash = np.abs(self.p).max() > 16
        return self.camera(), r - 5.0 * crash, bool(crash), self.n >= self.max_steps
