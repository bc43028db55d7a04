import numpy as np

SIZE = 6
PASS = None


class CaptureBoard:
    """Atari-go: who captures first wins."""

    def __init__(self):
        self.stones = np.zeros((SIZE, SIZE), dtype=np.int8)

    def neighbours(self, r, c):
        for dr, dc in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            if 0 <= r + dr < SIZE and 0 <= c + dc < SIZE:
                yield r + dr, c + dc

    def liberties(self, r, c):
        colour, todo, seen, libs = self.stones[r, c], [(r, c)], {(r, c)}, set()
        while todo:
            for n in self.neighbours(*todo.pop()):
                if self.stones[n] == 0:
                    libs.add(n)
                elif self.stones[n] == colour and n not in seen:
                    seen.add(n)
                    todo.append(n)
        return len(libs)

    def play(self, move, colour):
        """Returns 'ok', 'capture' or 'illegal'."""
        r, c = divmod(int(move), SIZE)
        if self.stones[r, c] != 0:
            return "illegal"
        self.stones[r, c] = colour
        for n in self.neighbours(r, c):
            if self.stones[n] == -colour and self.liberties(*n) == 0:
                return "capture"
        if self.liberties(r, c) == 0:
            self.stones[r, c] = 0
            return "illegal"
        return "ok"

    def full(self):
        return not (self.stones == 0).any()

    def view(self, colour):
        mine = (self.stones == colour).astype(np.float32)
        theirs = (self.stones == -colour).astype(np.float32)
        return np.concatenate([mine.ravel(), theirs.ravel()])
