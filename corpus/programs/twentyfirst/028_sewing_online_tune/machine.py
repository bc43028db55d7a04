import random


class Machine:
    """Stand-in for the serial link to the sewing head."""

    def __init__(self, seed=0):
        self.rnd = random.Random(seed)
        self.new_seam()

    def new_seam(self):
        self.left = self.rnd.randint(300, 900)
        self.thick = self.rnd.uniform(0.6, 1.8)
        self.dial = 1.0
        return self.sense()

    def sense(self):
        return [self.dial, self.dial * self.thick + self.rnd.gauss(0, 0.03), self.left / 900.0]

    def stitch(self, delta):
        self.dial = min(4.0, max(0.2, self.dial + 0.1 * delta))
        self.left -= 1
        loop = self.dial * self.thick - 1.3
        return self.sense(), loop, self.left == 0
