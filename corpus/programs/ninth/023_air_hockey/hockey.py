import numpy as np


class AirHockey:
    """First goal ends the game. Each side sees the puck only in its own half."""

    obs_dim = 6
    n_actions = 5

    def __init__(self, limit=400):
        self.limit = limit

    def reset(self):
        self.puck = np.random.uniform(-0.2, 0.2, 2)
        self.vel = np.random.uniform(-0.05, 0.05, 2)
        self.mallet = np.array([[-0.8, 0.0], [0.8, 0.0]])
        self.t = 0
        return self.view(0), self.view(1)

    def view(self, side):
        s = 1 if side == 0 else -1
        seen = float(s * self.puck[0] <= 0)
        me, other = self.mallet[side], self.mallet[1 - side]
        return np.array([s * me[0], s * me[1], s * other[1], seen, seen * s * self.puck[0], seen * s * self.puck[1]],
                        dtype=np.float32)

    def step(self, acts):
        delta = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * 0.06
        for side, a in enumerate(acts):
            s = 1 if side == 0 else -1
            m = self.mallet[side] + s * delta[a]
            lo, hi = (-1.0, -0.1) if side == 0 else (0.1, 1.0)
            self.mallet[side] = np.clip(m, [lo, -0.5], [hi, 0.5])
            gap = self.puck - self.mallet[side]
            if np.linalg.norm(gap) < 0.12:
                self.vel = 0.09 * gap / (np.linalg.norm(gap) + 1e-6)
        self.puck = self.puck + self.vel
        if abs(self.puck[1]) > 0.5:
            self.vel[1] *= -1
            self.puck[1] = np.clip(self.puck[1], -0.5, 0.5)
        self.t += 1
        r = 0.0
        if abs(self.puck[0]) > 1.0:
            if abs(self.puck[1]) < 0.2:
                r = 1.0 if self.puck[0] > 0 else -1.0
            else:
                self.vel[0] *= -1
                self.puck[0] = np.clip(self.puck[0], -1.0, 1.0)
        return (self.view(0), self.view(1)), r, r != 0.0 or self.t >= self.limit
