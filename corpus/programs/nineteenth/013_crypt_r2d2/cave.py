import random

import numpy as np

MOVES = [(0, 1), (0, -1), (1, 0), (-1, 0)]


class Crypt:
    """A small roguelike: caves, gold, ghosts, a 5x5 lantern, stairs that lead to the next level."""

    def __init__(self, size=16, levels=4, seed=0):
        self.size, self.levels = size, levels
        self.rnd = random.Random(seed)

    def reset(self):
        self.level, self.hp, self.turn = 0, 10, 0
        self._dig()
        return self._lantern()

    def _dig(self):
        n = self.size
        self.grid = np.zeros((n, n), dtype=np.int64)  # 0 floor 1 wall 2 gold 3 ghost 4 stairs
        self.grid[0], self.grid[-1], self.grid[:, 0], self.grid[:, -1] = 1, 1, 1, 1
        for _ in range(n * n // 6):
            self.grid[self.rnd.randrange(1, n - 1), self.rnd.randrange(1, n - 1)] = 1
        for what, count in ((2, 6), (3, 3 + self.level), (4, 1)):
            for _ in range(count):
                self.grid[self.rnd.randrange(1, n - 1), self.rnd.randrange(1, n - 1)] = what
        self.y, self.x = n // 2, n // 2
        self.grid[self.y, self.x] = 0

    def _lantern(self):
        padded = np.pad(self.grid, 2, constant_values=1)
        view = padded[self.y:self.y + 5, self.x:self.x + 5]
        return np.concatenate([np.eye(5)[view].ravel(), [self.hp / 10]]).astype(np.float32)

    def step(self, action):
        self.turn += 1
        dy, dx = MOVES[action]
        what = self.grid[self.y + dy, self.x + dx]
        reward, over = -0.01, False
        if what != 1:
            self.y, self.x = self.y + dy, self.x + dx
        if what == 2:
            reward += 0.5
        elif what == 3:
            self.hp -= 3
            reward -= 0.3
        if what in (2, 3):
            self.grid[self.y, self.x] = 0
        if what == 4:
            reward += 2.0
            self.level += 1
            if self.level == self.levels:
                over = True
            else:
                self._dig()
        return self._lantern(), reward, over or self.hp <= 0 or self.turn >= 800
