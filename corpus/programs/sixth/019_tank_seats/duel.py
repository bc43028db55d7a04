import numpy as np


class TankDuel:
    """Two tanks on a line of bunkers; you see the other one only when it fires or stands in the open."""

    OBS, ACT = 12, 4          # left, right, fire, duck

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.x = np.array([self.rng.integers(0, 4), self.rng.integers(12, 16)])
        self.hp = np.array([3, 3])
        self.duck = np.zeros(2, bool)
        self.fired = np.zeros(2, bool)
        self.cover = self.rng.random(16) < 0.4
        self.t = 0
        return self.look(0), self.look(1)

    def look(self, me):
        you = 1 - me
        seen = self.fired[you] or not self.cover[self.x[you]]
        near = self.cover[np.clip(np.arange(self.x[me] - 2, self.x[me] + 3), 0, 15)]
        return np.array([
            self.x[me] / 15, self.hp[me] / 3, self.duck[me], seen, self.x[you] / 15 if seen else -1,
            self.hp[you] / 3, self.t / 300, *near,
        ], np.float32)

    def step(self, a, b):
        self.fired[:] = False
        for i, k in enumerate((a, b)):
            self.duck[i] = k == 3
            if k < 2:
                self.x[i] = np.clip(self.x[i] + 2 * k - 1, 0, 15)
        for i, k in enumerate((a, b)):
            if k == 2:
                self.fired[i] = True
                d = abs(self.x[0] - self.x[1])
                p = 0.6 * np.exp(-d / 8) * (0.3 if self.duck[1 - i] else 1.0)
                if self.rng.random() < p:
                    self.hp[1 - i] -= 1
        self.t += 1
        over = self.hp.min() <= 0 or self.t >= 300
        r = float(np.sign(self.hp[0] - self.hp[1])) if over else 0.0
        return (self.look(0), self.look(1)), r, over
