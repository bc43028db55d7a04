import numpy as np

MOVES = np.array([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]])


class Playground:
    """Two hiders, two seekers, some walls. The seekers stand still for the first 20 ticks."""

    def __init__(self, size=9, length=120, seed=0):
        self.size, self.length = size, length
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 2 + 4 * 3 + 1

    def reset(self):
        self.walls = self.rng.random((self.size, self.size)) < 0.2
        self.walls[0, 0] = self.walls[-1, -1] = False
        self.pos = np.array([[0, 0], [0, 0], [self.size - 1] * 2, [self.size - 1] * 2])
        self.t = 0
        return self.views()

    def sees(self, a, b):
        p, q = self.pos[a], self.pos[b]
        n = int(np.abs(p - q).max())
        for k in range(1, n):
            x, y = np.round(p + (q - p) * k / n).astype(int)
            if self.walls[x, y]:
                return False
        return n <= 5

    def views(self):
        rows = []
        for i in range(4):
            row = list(self.pos[i] / self.size)
            for j in range(4):
                ok = i != j and self.sees(i, j)
                row += [1.0, *((self.pos[j] - self.pos[i]) / self.size)] if ok else [0.0, 0.0, 0.0]
            rows.append(row + [self.t / self.length])
        out = np.array(rows, dtype=np.float32)
        return out[:2], out[2:]

    def step(self, hide_act, seek_act):
        self.t += 1
        acts = list(hide_act) + (list(seek_act) if self.t > 20 else [0, 0])
        for i, a in enumerate(acts):
            x, y = np.clip(self.pos[i] + MOVES[a], 0, self.size - 1)
            if not self.walls[x, y]:
                self.pos[i] = x, y
        found = any(self.sees(s, h) for s in (2, 3) for h in (0, 1)) if self.t > 20 else False
        return self.views(), (-1.0 if found else 1.0) * (self.t > 20), self.t >= self.length
