import numpy as np


class Corridor:
    """Buses on a ring of stops; the action is the holding time of the bus at a stop."""

    def __init__(self, n_bus=6, n_stop=20, horizon=1500, seed=None):
        self.n_bus, self.n_stop, self.horizon = n_bus, n_stop, horizon
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.pos = np.sort(self.rng.rand(self.n_bus))
        self.t = 0
        self.i = 0
        return self.obs()

    def headways(self):
        p = np.sort(self.pos % 1.0)
        return np.diff(np.append(p, p[0] + 1.0))

    def obs(self):
        h = self.headways()
        i = self.i
        return np.array([h[i], h[i - 1], h.std(), self.t / self.horizon], dtype=np.float32)

    def step(self, hold):
        # hold in {0,1,2,3}
        speed = 0.004 + 0.001 * self.rng.randn(self.n_bus)
        speed[self.i] -= 0.001 * hold
        self.pos = self.pos + np.clip(speed, 0, None)
        self.t += 1
        self.i = (self.i + 1) % self.n_bus
        r = -10 * self.headways().std() - 0.02 * hold
        return self.obs(), float(r), self.t >= self.horizon
