import random


class Room:
    """A robot vacuum with bump and dirt sensors in a 6x6 room."""

    MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1))

    def __init__(self, rng=None, steps=150):
        self.rng = rng or random.Random()
        self.max_steps = steps

    def reset(self):
        self.n = 0
        self.x = self.y = 3
        self.dirt = {(i, j) for i in range(6) for j in range(6) if self.rng.random() < 0.4}
        return [0.0, 0.0, 0.0, 0.0]

    def step(self, a):
        self.n += 1
        dx, dy = self.MOVES[a]
        nx, ny = self.x + dx, self.y + dy
        bump = not (0 <= nx < 6 and 0 <= ny < 6)
        if not bump:
            self.x, self.y = nx, ny
        found = (self.x, self.y) in self.dirt
        self.dirt.discard((self.x, self.y))
        obs = [float(bump), float(found), dx / 1.0, dy / 1.0]
        return obs, (1.0 if found else -0.05) - 0.1 * bump, not self.dirt or self.n >= self.max_steps
