import numpy as np

DIRS = [(0, 1), (1, 0), (0, -1), (-1, 0)]


class Snake:
    def __init__(self, n=10):
        self.n = n

    def reset(self, seed):
        self.rng = np.random.default_rng(seed)
        c = self.n // 2
        self.body = [(c, c), (c, c - 1)]
        self.dir = 0
        self.hunger = 0
        self._place()
        return self._see()

    def _place(self):
        free = [(i, j) for i in range(self.n) for j in range(self.n) if (i, j) not in self.body]
        self.food = free[self.rng.integers(len(free))]

    def _free(self, cell):
        return 0 <= cell[0] < self.n and 0 <= cell[1] < self.n and cell not in self.body

    def _see(self):
        head = self.body[0]
        out = []
        for turn in (-1, 0, 1):
            d = DIRS[(self.dir + turn) % 4]
            out.append(0.0 if self._free((head[0] + d[0], head[1] + d[1])) else 1.0)
            out.append(float(np.sign((self.food[0] - head[0]) * d[0] + (self.food[1] - head[1]) * d[1])))
        return np.array(out, dtype=np.float32)

    def step(self, turn):
        self.dir = (self.dir + turn - 1) % 4
        d = DIRS[self.dir]
        head = (self.body[0][0] + d[0], self.body[0][1] + d[1])
        self.hunger += 1
        if not self._free(head) or self.hunger > self.n * self.n:
            return self._see(), -1.0, True
        self.body.insert(0, head)
        if head == self.food:
            self.hunger = 0
            self._place()
            return self._see(), 1.0, False
        self.body.pop()
        return self._see(), 0.0, False
