import torch

W, H = 5, 4


class FogRows:
    """N boards of drop-three at once. A side sees its own stones and only the last enemy stone."""

    def __init__(self, n):
        self.n = n
        self.cells = torch.zeros(n, 2, H, W)
        self.last = torch.zeros(n, 2, H, W)

    def clear(self, which):
        self.cells[which] = 0
        self.last[which] = 0

    def view(self, side):
        return torch.stack([self.cells[:, side], self.last[:, 1 - side]], 1).flatten(1)

    def legal(self):
        return self.cells.sum(1)[:, 0] == 0

    def drop(self, side, cols, live):
        won = torch.zeros(self.n, dtype=torch.bool)
        for b in torch.nonzero(live).flatten().tolist():
            c = int(cols[b])
            taken = self.cells[b].sum(0)[:, c]
            r = H - 1 - int(taken.sum())
            self.cells[b, side, r, c] = 1
            self.last[b, side] = 0
            self.last[b, side, r, c] = 1
            won[b] = self._three(self.cells[b, side], r, c)
        full = ~self.legal().any(1)
        return won, full & ~won & live

    @staticmethod
    def _three(m, r, c):
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
            k = 1
            for s in (1, -1):
                i, j = r + s * dr, c + s * dc
                while 0 <= i < H and 0 <= j < W and m[i, j] > 0:
                    k, i, j = k + 1, i + s * dr, j + s * dc
            if k >= 3:
                return True
        return False
