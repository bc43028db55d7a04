import numpy as np


class KiteField:
    """Power kites on winches that fly figure eights; wind, gusts and line length are randomised."""

    def __init__(self, n, seed=0):
        self.n = n
        self.rng = np.random.default_rng(seed)
        self.ranges = {"wind": (6, 6), "gust": (0, 0), "line": (200, 200)}
        self.az, self.el = np.zeros(n), np.zeros(n)
        self.heading, self.t = np.zeros(n), np.zeros(n, dtype=int)
        self.wind, self.gust, self.line = np.zeros(n), np.zeros(n), np.zeros(n)

    def randomise(self, wind, gust, line):
        self.ranges = {"wind": wind, "gust": gust, "line": line}

    def reset(self, mask=None):
        mask = np.ones(self.n, bool) if mask is None else mask
        k = mask.sum()
        for name, (lo, hi) in self.ranges.items():
            getattr(self, name)[mask] = self.rng.uniform(lo, hi, k)
        self.az[mask], self.el[mask] = 0.0, 0.6
        self.heading[mask], self.t[mask] = self.rng.uniform(-0.5, 0.5, k), 0
        return self.obs()

    def obs(self):
        force = (self.wind / 10) ** 2 * np.cos(self.az) + self.rng.normal(0, 0.05, self.n)
        return np.stack([self.az, self.el, np.sin(self.heading), np.cos(self.heading), force, self.t / 400], 1)

    def step(self, act):
        steer, winch = np.clip(act, -1, 1).T
        w = self.wind + self.gust * self.rng.normal(size=self.n)
        self.heading += 0.15 * steer + 0.02 * self.rng.normal(size=self.n)
        speed = w / self.line
        self.az += speed * np.sin(self.heading)
        self.el += 0.5 * speed * np.cos(self.heading) - 0.01 * winch
        self.t += 1
        crash = (self.el < 0.05) | (np.abs(self.az) > 1.4)
        full = self.t >= 400
        reward = 0.01 * w * winch * np.cos(self.az) - 5.0 * crash
        done = crash | full
        info = {"landed": full & ~crash, "done": done}
        if done.any():
            self.reset(done)
        return self.obs(), reward, done, info
