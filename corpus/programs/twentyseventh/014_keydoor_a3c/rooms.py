import random


class TwoRooms:
    """Corridor world: [junk ... key ... | door | ... chest]. One must pick the key of the right colour.

    The colour of the door is shown at the first step only.
    """
    ACTIONS = 4  # left, right, take, use
    FEATURES = 9

    def reset(self):
        self.door = random.randrange(3)
        self.cells = random.sample([0, 1, 2, None, None], 5)
        self.x, self.held, self.t, self.open = 2, None, 0, False
        return self.features()

    def features(self):
        hint = [float(self.t == 0 and self.door == k) for k in range(3)]
        here = self.cells[self.x] if self.x < 5 else None
        return hint + [float(here == k) for k in range(3)] + [self.x / 8, float(self.held is not None),
                                                              float(self.x == 5)]

    def step(self, a):
        self.t += 1
        r = -0.01
        if a == 0:
            self.x = max(0, self.x - 1)
        elif a == 1:
            self.x = min(8 if self.open else 5, self.x + 1)
        elif a == 2 and self.x < 5:
            self.held, self.cells[self.x] = self.cells[self.x], self.held
        elif a == 3 and self.x == 5 and self.held is not None:
            if self.held == self.door:
                self.open, r = True, 0.5
            self.held = None
        won = self.x == 8
        return self.features(), (1.0 if won else r), won or self.t >= 60
