import random

import numpy as np

MOVES = [(0, 1), (1, 0), (0, -1), (-1, 0)]


class Snake:
    def __init__(self, size=10):
        self.size = size

    def reset(self):
        mid = self.size // 2
        self.body = [(mid, mid)]
        self.dir = 0
        self.hunger = 0
        self._food()
        return self._see()

    def _food(self):
        free = [(i, j) for i in range(self.size) for j in range(self.size) if (i, j) not in self.body]
        self.food = random.choice(free)

    def _see(self):
        x, y = self.body[0]
        near = []
        for dx, dy in MOVES:
            c = (x + dx, y + dy)
            wall = not (0 <= c[0] < self.size and 0 <= c[1] < self.size)
            near.append(1.0 if wall or c in self.body else 0.0)
        fx, fy = np.sign(self.food[0] - x), np.sign(self.food[1] - y)
        return np.array(near + [fx, fy, self.dir / 3.0], np.float32)

    def step(self, a):
        self.dir = a
        x, y = self.body[0]
        head = (x + MOVES[a][0], y + MOVES[a][1])
        self.hunger += 1
        if head in self.body or not (0 <= head[0] < self.size and 0 <= head[1] < self.size):
            return self._see(), -1.0, True
        self.body.insert(0, head)
        if head == self.food:
            self.hunger = 0
            self._food()
            return self._see(), 1.0, False
        self.body.pop()
        return self._see(), -0.01, self.hunger > 100
