import random


class PitRunner:
    """Endless-runner platformer. Pits and platforms come from a hidden pattern that is fixed per level.
    The player sees the next two cells, its height and whether it is in the air."""

    ACTIONS = ("run", "jump", "duck")

    def __init__(self, level_length=120):
        self.level_length = level_length

    def reset(self):
        motif = [random.choice("..^_") for _ in range(random.randint(4, 7))]
        self.cells = ["."] * 3 + [motif[i % len(motif)] for i in range(self.level_length + 5)]
        for i in range(2, len(self.cells)):
            if self.cells[i] == self.cells[i - 1] != ".":
                self.cells[i] = "."
        self.x, self.air, self.coins = 0, 0, 0
        return self.features()

    def features(self):
        f = []
        for k in (1, 2):
            cell = self.cells[self.x + k]
            f += [float(cell == "_"), float(cell == "^")]
        return f + [self.air / 2, self.x / self.level_length]

    def step(self, action):
        if self.air > 0:
            self.air -= 1
        elif self.ACTIONS[action] == "jump":
            self.air = 2
        ducking = self.ACTIONS[action] == "duck" and self.air == 0
        self.x += 1
        cell = self.cells[self.x]
        dead = (cell == "_" and self.air == 0) or (cell == "^" and not ducking)
        won = self.x >= self.level_length
        reward = -1.0 if dead else 0.1 if not won else 2.0
        return self.features(), reward, dead or won
