import numpy as np


class Cave:
    """Rover in a dark cave: sees the 3x3 cells around it, must find the exit before the battery is empty."""

    n_obs, n_act = 11, 4
    MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))

    def __init__(self, size=15, battery=400, seed=0):
        self.rng = np.random.default_rng(seed)
        self.size, self.battery = size, battery

    def reset(self):
        self.rock = self.rng.random((self.size, self.size)) < 0.25
        self.rock[0], self.rock[-1], self.rock[:, 0], self.rock[:, -1] = True, True, True, True
        free = np.argwhere(~self.rock)
        i, j = self.rng.choice(len(free), 2, replace=False)
        self.pos, self.goal = free[i].copy(), free[j].copy()
        self.left = self.battery
        return self.look()

    def look(self):
        y, x = self.pos
        near = self.rock[y - 1:y + 2, x - 1:x + 2].astype(np.float32).ravel()
        smell = np.exp(-np.abs(self.pos - self.goal).sum() / 4)
        return np.append(near, [smell, self.left / self.battery]).astype(np.float32)

    def step(self, a):
        self.left -= 1
        to = self.pos + self.MOVES[a]
        bump = self.rock[tuple(to)]
        if not bump:
            self.pos = to
        found = bool((self.pos == self.goal).all())
        return self.look(), 10.0 * found - 0.01 - 0.05 * bump, found or self.left <= 0
