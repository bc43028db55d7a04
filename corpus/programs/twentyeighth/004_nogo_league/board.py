import numpy as np


class NoGo:
    """NoGo on a small board: who must capture or kill his own group loses."""

    def __init__(self, size: int = 5) -> None:
        self.size = size
        self.grid = np.zeros((size, size), dtype=np.int8)
        self.to_move = 1

    def _group_alive(self, r: int, c: int) -> bool:
        colour = self.grid[r, c]
        todo, done = [(r, c)], set()
        while todo:
            cell = todo.pop()
            if cell in done:
                continue
            done.add(cell)
            for nr, nc in self._around(*cell):
                if self.grid[nr, nc] == 0:
                    return True
                if self.grid[nr, nc] == colour:
                    todo.append((nr, nc))
        return False

    def _around(self, r: int, c: int):
        return [(a, b) for a, b in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1))
                if 0 <= a < self.size and 0 <= b < self.size]

    def legal(self) -> np.ndarray:
        mask = np.zeros(self.size * self.size, dtype=bool)
        for p in np.flatnonzero(self.grid.ravel() == 0):
            r, c = divmod(int(p), self.size)
            self.grid[r, c] = self.to_move
            ok = self._group_alive(r, c) and all(
                self._group_alive(a, b) for a, b in self._around(r, c) if self.grid[a, b] == -self.to_move)
            self.grid[r, c] = 0
            mask[p] = ok
        return mask

    def put(self, p: int) -> None:
        self.grid[divmod(p, self.size)] = self.to_move
        self.to_move = -self.to_move
