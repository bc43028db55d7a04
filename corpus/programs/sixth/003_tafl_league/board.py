import numpy as np

SIZE = 7
DIRS = [(-1, 0), (1, 0), (0, -1), (0, 1)]
N_MOVES = SIZE * SIZE * 4


class FogTafl:
    """A much reduced tafl: one-square moves, capture by custodian, the attacker sees only rows near its own pieces."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.reset()

    def reset(self):
        b = np.zeros((SIZE, SIZE), np.int8)
        b[0, 2:5] = b[6, 2:5] = 1
        b[2:5, 0] = b[2:5, 6] = 1
        b[2:5, 3] = b[3, 2:5] = 2
        b[3, 3] = 3
        self.b, self.turn, self.t = b, 0, 0
        return self

    def mine(self):
        return (self.b == 1) if self.turn == 0 else (self.b >= 2)

    def planes(self):
        m, o = self.mine(), (self.b > 0) & ~self.mine()
        rows = m.any(1)
        seen = rows | np.roll(rows, 1) | np.roll(rows, -1)
        return np.stack([m, o & seen[:, None], self.b == 3]).astype(np.float32)

    def legal(self):
        out = np.zeros(N_MOVES, bool)
        for r, c in np.argwhere(self.mine()):
            for k, (dr, dc) in enumerate(DIRS):
                y, x = r + dr, c + dc
                if 0 <= y < SIZE and 0 <= x < SIZE and self.b[y, x] == 0:
                    out[(r * SIZE + c) * 4 + k] = True
        if not out.any():
            out[0] = True
        return out

    def play(self, move):
        sq, k = divmod(int(move), 4)
        r, c = divmod(sq, SIZE)
        y, x = r + DIRS[k][0], c + DIRS[k][1]
        if 0 <= y < SIZE and 0 <= x < SIZE and self.b[y, x] == 0:
            self.b[y, x], self.b[r, c] = self.b[r, c], 0
            for dr, dc in DIRS:
                a, d = y + dr, x + dc
                e, f = a + dr, d + dc
                if 0 <= e < SIZE and 0 <= f < SIZE:
                    foe = self.b[a, d]
                    if foe and (foe == 1) != (self.b[y, x] == 1) and foe != 3 and self.b[e, f] == self.b[y, x]:
                        self.b[a, d] = 0
        self.turn ^= 1
        self.t += 1
        king = np.argwhere(self.b == 3)
        if len(king) == 0:
            return 0
        if king[0][0] in (0, SIZE - 1) or king[0][1] in (0, SIZE - 1):
            return 1
        return -1 if self.t < 200 else 2
