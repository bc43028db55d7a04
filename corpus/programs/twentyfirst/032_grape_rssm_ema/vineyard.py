import numpy as np


class VineRow:
    obs_dim, act_dim = 12, 3

    def __init__(self, seed=0, length=250):
        self.rng = np.random.default_rng(seed)
        self.length = length

    def reset(self):
        self.t = 0
        self.shear = np.zeros(3)
        self.bunch = self.rng.uniform(-1, 1, 3)
        self.ripe = self.rng.random()
        return self.look()

    def look(self):
        noisy = self.bunch - self.shear + self.rng.normal(0, 0.1, 3)
        return np.concatenate([noisy, self.shear, [self.ripe], np.zeros(5)]).astype(np.float32)

    def step(self, a):
        self.t += 1
        self.shear = self.shear + 0.1 * np.clip(a, -1, 1)
        d = np.linalg.norm(self.bunch - self.shear)
        r = -0.1 * d
        if d < 0.15:
            r += 1.0 if self.ripe > 0.4 else -0.5
            self.bunch = self.rng.uniform(-1, 1, 3)
            self.ripe = self.rng.random()
        return self.look(), r, self.t >= self.length
