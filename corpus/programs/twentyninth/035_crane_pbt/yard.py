import numpy as np


class Yard:
    """Quay crane with swinging load; move to the slot of the next container. 400 steps a shift."""

    n_obs, n_act = 5, 3

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.x, self.v, self.phi, self.w, self.t = 0.0, 0.0, 0.0, 0.0, 0
        self.slot = self.rng.uniform(-1, 1)
        return self.obs()

    def obs(self):
        return np.array([self.x, self.v, self.phi, self.slot - self.x, self.t / 400], np.float32)

    def step(self, a):
        f = (a - 1) * 0.4
        self.v = 0.97 * self.v + 0.05 * f
        self.w += -0.05 * (9.8 * self.phi + f) - 0.01 * self.w
        self.phi += 0.05 * self.w
        self.x += 0.05 * self.v
        self.t += 1
        r = -abs(self.slot - self.x) - 0.5 * abs(self.phi)
        if abs(self.slot - self.x) < 0.03 and abs(self.phi) < 0.05:
            r += 10.0
            self.slot = self.rng.uniform(-1, 1)
        return self.obs(), r, self.t >= 400
