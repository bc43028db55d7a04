import math
import random


class Learner:
    """Someone who learns twelve words and forgets them again."""

    WORDS = 12

    def __init__(self, rng=None):
        self.rng = rng or random.Random()

    def start(self):
        self.strength = [0.2] * self.WORDS
        self.age = [5.0] * self.WORDS
        self.talent = self.rng.uniform(0.6, 1.6)
        self.turn = 0

    def chance(self, w):
        return math.exp(-self.age[w] / (8.0 * self.strength[w] * self.talent))

    def ask(self, w):
        knew = self.rng.random() < self.chance(w)
        self.strength[w] += 0.5 if knew else 0.25
        self.age = [a + 1.0 for a in self.age]
        self.age[w] = 0.0
        self.turn += 1
        return knew, self.turn >= 60

    def exam(self):
        return sum(math.exp(-(a + 30.0) / (8.0 * s * self.talent)) for a, s in zip(self.age, self.strength))
