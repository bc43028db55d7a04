import numpy as np

MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float32)


class Flock:
    def __init__(self, n=12, seed=0):
        self.n = n
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.sheep = self.rng.uniform(-10, 10, (self.n, 2))
        self.dog = self.rng.uniform(-10, 10, 2)
        self.t = 0
        return self._obs()

    def _obs(self):
        c = self.sheep.mean(0)
        s = self.sheep.std(0)
        return np.concatenate([c, s, self.dog, c - self.dog]).astype(np.float32) / 10

    def step(self, a):
        self.dog = np.clip(self.dog + MOVES[a], -12, 12)
        d = self.sheep - self.dog
        dist = np.linalg.norm(d, axis=1, keepdims=True) + 1e-5
        self.sheep = np.clip(self.sheep + 0.8 * d / dist * (dist < 4), -12, 12)
        self.t += 1
        gap = np.linalg.norm(self.sheep - np.array([8.0, 8.0]), axis=1)
        return self._obs(), -float(gap.mean()) / 10, bool(self.t >= 300 or (gap < 3).all())
