import math
import random


class Road:
    """Lane keeping: a camera gives the lateral offset with one frame's delay and now and then nothing."""

    ACTIONS = (-0.06, -0.02, 0.0, 0.02, 0.06)

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.off, self.head, self.bend = self.rnd.uniform(-0.5, 0.5), 0.0, 0.0
        self.seen = self.off
        self.k = 0
        return self._frame()

    def _frame(self):
        lost = self.rnd.random() < 0.15
        frame = [0.0 if lost else self.seen, float(lost)]
        self.seen = self.off
        return frame

    def step(self, i):
        self.bend = 0.98 * self.bend + self.rnd.gauss(0, 0.002)
        self.head += self.ACTIONS[i] * 0.5 - self.bend
        self.off += math.sin(self.head)
        self.k += 1
        gone = abs(self.off) > 2.0
        return self._frame(), (-1.0 if gone else 0.05 * (1 - abs(self.off))), gone or self.k >= 400
