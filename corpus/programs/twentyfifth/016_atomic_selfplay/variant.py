"""5x5 board, kings only plus two stones each; landing on a piece removes its neighbourhood."""
DIRS = [(-1, 0), (1, 0), (0, -1), (0, 1)]


class MiniAtomic:
    def __init__(self, limit=60):
        self.cells = [0] * 25
        for i in (1, 2, 3):
            self.cells[i] = 1
            self.cells[20 + i] = -1
        self.turn, self.ply, self.limit = 0, 0, limit

    def sign(self):
        return 1 if self.turn == 0 else -1

    def encode(self):
        s = self.sign()
        return [float(c == s) for c in self.cells] + [float(c == -s) for c in self.cells] + \
               [self.ply / self.limit, float(self.turn)]

    def legal(self):
        moves = []
        for sq, c in enumerate(self.cells):
            if c == self.sign():
                for d, (dr, dc) in enumerate(DIRS):
                    r, k = sq // 5 + dr, sq % 5 + dc
                    if 0 <= r < 5 and 0 <= k < 5 and self.cells[5 * r + k] != c:
                        moves.append(4 * sq + d)
        return moves

    def push(self, m):
        sq, (dr, dc) = m // 4, DIRS[m % 4]
        to = sq + 5 * dr + dc
        if self.cells[to]:
            for n in (to, to - 5, to + 5):
                if 0 <= n < 25:
                    self.cells[n] = 0
        else:
            self.cells[to] = self.cells[sq]
        self.cells[sq] = 0
        self.turn ^= 1
        self.ply += 1

    def over(self):
        return self.ply >= self.limit or 1 not in self.cells or -1 not in self.cells or not self.legal()

    def result(self, side):
        diff = sum(self.cells) * (1 if side == 0 else -1)
        return (diff > 0) - (diff < 0)
