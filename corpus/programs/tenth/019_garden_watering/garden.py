import random


class Garden:
    """Water or wait, morning and evening, over one summer; only sun and rain are measured."""

    def __init__(self, days=90):
        self.slots = 2 * days

    def reset(self):
        self.i, self.moisture = 0, 0.6
        self._weather()
        return self.reading()

    def _weather(self):
        self.sun = random.random()
        self.rain = random.random() ** 4 if self.sun < 0.5 else 0.0

    def reading(self):
        return [self.sun, self.rain, float(self.i % 2)]

    def step(self, water):
        self.i += 1
        self.moisture += 0.3 * water + 0.5 * self.rain - 0.12 * self.sun - 0.03
        self.moisture = max(0.0, min(1.0, self.moisture))
        happy = 0.4 < self.moisture < 0.8
        self._weather()
        return self.reading(), float(happy) - 0.2 * water, self.i >= self.slots

    def gardener(self):
        return int(self.moisture < 0.5)
