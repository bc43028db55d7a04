import numpy as np

STEPS = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)]
FLOOR, WALL, GOLD, RAT, STAIRS = range(5)


class Crawl:
    def __init__(self, seed, side=24):
        self.rng = np.random.default_rng(seed)
        self.side = side

    def level(self):
        self.grid = np.where(self.rng.random((self.side, self.side)) < 0.25, WALL, FLOOR)
        for thing, count in ((GOLD, 12), (RAT, 8), (STAIRS, 2)):
            self.grid[self.rng.integers(self.side, size=count), self.rng.integers(self.side, size=count)] = thing
        self.at = self.rng.integers(self.side, size=2)

    def reset(self):
        self.depth, self.health, self.t = 0, 10, 0
        self.level()
        return self.obs()

    def obs(self):
        y, x = self.at + 2
        view = np.pad(self.grid, 2, constant_values=WALL)[y - 2:y + 3, x - 2:x + 3].ravel()
        stats = np.array([self.health / 10, self.depth / 5, self.t / 1000], dtype=np.float32)
        return view.astype(np.int64), stats

    def step(self, action):
        reward, self.t = 0.0, self.t + 1
        to = np.clip(self.at + STEPS[action], 0, self.side - 1)
        what = self.grid[tuple(to)]
        if what != WALL:
            self.at = to
        if what == GOLD:
            reward, self.grid[tuple(to)] = 1.0, FLOOR
        elif what == RAT:
            self.health -= int(self.rng.integers(1, 4))
            self.grid[tuple(to)] = FLOOR
        elif what == STAIRS:
            reward, self.depth = 2.0, self.depth + 1
            self.level()
        return self.obs(), reward, self.health <= 0 or self.t >= 1000
