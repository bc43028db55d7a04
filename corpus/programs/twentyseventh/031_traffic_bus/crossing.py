import math
import random


class Crossing:
    """Four approaches, two phases, traffic never stops."""

    def __init__(self, seed=0):
        self.rng = random.Random(seed)
        self.clock = 0
        self.queue = [0, 0, 0, 0]
        self.phase = 0
        self.amber = 0

    def observe(self):
        return [q / 20 for q in self.queue] + [self.phase, self.amber / 3]

    def tick(self, wanted):
        if wanted != self.phase and self.amber == 0:
            self.amber = 3
            self.phase = wanted
        rush = 0.35 + 0.25 * math.sin(self.clock / 900)
        for i in range(4):
            lam = rush if i % 2 == 0 else 0.7 - rush
            if self.rng.random() < lam:
                self.queue[i] += 1
        if self.amber > 0:
            self.amber -= 1
        else:
            for i in (0, 2) if self.phase == 0 else (1, 3):
                self.queue[i] = max(0, self.queue[i] - 1)
        self.clock += 1
        return self.observe(), -sum(self.queue) / 40
