import numpy as np

SIZE = 7


class KeyDoor:
    """Fetch the key on the left, open the door, reach the goal on the right. Only 3x3 cells are seen."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.wall = SIZE // 2
        self.door = int(self.rng.integers(SIZE))
        cells = [(x, y) for x in range(self.wall) for y in range(SIZE)]
        i, j = self.rng.choice(len(cells), 2, replace=False)
        self.pos, self.key = list(cells[i]), cells[j]
        self.goal = (SIZE - 1, int(self.rng.integers(SIZE)))
        self.has_key, self.t = False, 0
        return self.obs()

    def code(self, x, y):
        if not (0 <= x < SIZE and 0 <= y < SIZE):
            return 1
        if x == self.wall:
            return 2 if y == self.door else 1
        if (x, y) == self.key and not self.has_key:
            return 3
        return 4 if (x, y) == self.goal else 0

    def obs(self):
        x, y = self.pos
        window = [self.code(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        return np.eye(5, dtype=np.float32)[window].ravel()

    def step(self, action):
        dx, dy = [(1, 0), (-1, 0), (0, 1), (0, -1)][action]
        nx, ny = self.pos[0] + dx, self.pos[1] + dy
        cell, reward = self.code(nx, ny), -0.01
        if cell in (0, 3, 4) or (cell == 2 and self.has_key):
            self.pos = [nx, ny]
        if cell == 3:
            self.has_key, reward = True, 0.3
        self.t += 1
        done = cell == 4 or self.t >= 150
        if cell == 4:
            reward = 1.0
        return self.obs(), reward, done
