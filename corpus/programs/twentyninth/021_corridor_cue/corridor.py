# # A rover in a corridor
# A lamp at the start tells whether to turn left or right at the far end.

# In[1]:

import random


class Corridor:
    def __init__(self, length=10, seed=None):
        self.length = length
        self.rnd = random.Random(seed)

    def reset(self):
        self.side = self.rnd.choice([-1, 1])
        self.x = 0
        self.n = 0
        return self.look()

    def look(self):
        lamp = float(self.side) if self.x == 0 and self.n == 0 else 0.0
        at_end = float(self.x == self.length)
        return [lamp, at_end, 1.0]

    def step(self, a):
        """0 ahead, 1 left, 2 right"""
        self.n += 1
        if a == 0:
            self.x = min(self.length, self.x + 1)
            return self.look(), -0.02, self.n >= 4 * self.length
        if self.x < self.length:
            return self.look(), -0.1, self.n >= 4 * self.length
        ok = (a == 1) == (self.side < 0)
        return self.look(), 1.0 if ok else -1.0, True
