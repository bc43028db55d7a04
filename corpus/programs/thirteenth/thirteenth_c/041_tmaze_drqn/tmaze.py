import random


class TMaze:
    """The sign at the start says where the goal is, at the junction you have to remember it."""

    def __init__(self, length=10):
        self.length = length

    def reset(self):
        self.x, self.t = 0, 0
        self.up = random.random() < 0.5
        return self.obs()

    def obs(self):
        sign = 0.0 if self.x > 0 else (1.0 if self.up else -1.0)
        return [sign, float(0 < self.x < self.length), float(self.x == self.length)]

    def step(self, a):
        self.t += 1
        if self.x < self.length:
            if a == 0:
                self.x += 1
            return self.obs(), -0.02, self.t > 5 * self.length
        if a in (1, 2):
            return self.obs(), (4.0 if (a == 1) == self.up else -0.5), True
        return self.obs(), -0.02, self.t > 5 * self.length
