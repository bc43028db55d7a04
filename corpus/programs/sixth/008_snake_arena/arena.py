import numpy as np

STEP = [(-1, 0), (0, 1), (1, 0), (0, -1)]


class Arena:
    """A torus which never closes; dead snakes come back somewhere else."""

    def __init__(self, n_snakes, side=40, food=60, seed=0):
        self.rng = np.random.default_rng(seed)
        self.side = side
        self.food = {self._cell() for _ in range(food)}
        self.bodies = [[self._cell()] for _ in range(n_snakes)]
        self.heads = [int(self.rng.integers(4)) for _ in range(n_snakes)]
        self.want = [3] * n_snakes

    def _cell(self):
        return tuple(int(v) for v in self.rng.integers(self.side, size=2))

    def view(self, i, r=3):
        out = np.zeros((3, 2 * r + 1, 2 * r + 1), np.float32)
        hy, hx = self.bodies[i][0]
        mine = set(self.bodies[i])
        others = set().union(*(b for j, b in enumerate(self.bodies) if j != i))
        for a in range(-r, r + 1):
            for b in range(-r, r + 1):
                c = ((hy + a) % self.side, (hx + b) % self.side)
                out[0, a + r, b + r] = c in self.food
                out[1, a + r, b + r] = c in mine
                out[2, a + r, b + r] = c in others
        return np.rot90(out, self.heads[i], axes=(1, 2)).copy()

    def tick(self, turns):
        rew, dead = np.zeros(len(turns), np.float32), []
        for i, k in enumerate(turns):
            self.heads[i] = (self.heads[i] + k - 1) % 4
            dy, dx = STEP[self.heads[i]]
            y, x = self.bodies[i][0]
            c = ((y + dy) % self.side, (x + dx) % self.side)
            if any(c in b for b in self.bodies):
                rew[i] = -1
                dead.append(i)
                continue
            self.bodies[i].insert(0, c)
            if c in self.food:
                self.food.discard(c)
                self.food.add(self._cell())
                self.want[i] += 1
                rew[i] = 1
            del self.bodies[i][self.want[i]:]
        for i in dead:
            self.bodies[i], self.want[i] = [self._cell()], 3
        return rew, dead
