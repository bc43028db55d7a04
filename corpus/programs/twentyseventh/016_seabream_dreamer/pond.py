import math
import random


class Pond:
    """One grow-out cycle of sea bream, 120 days, one ration a day."""
    LENGTH = 120

    def reset(self):
        self.day, self.mass, self.ammonia = 0, 0.05, 0.1
        self.temp, self.hunger = 20.0, 0.8
        self.start = random.randrange(365)
        return self.sense()

    def sense(self):
        return [self.temp / 25, self.mass + random.gauss(0, 0.02), self.ammonia, self.day / self.LENGTH,
                self.hunger + random.gauss(0, 0.15)]

    def step(self, ration):
        ration = max(0.0, min(1.5, ration))
        self.temp = 19 + 4 * math.sin((self.start + self.day) / 365 * 2 * math.pi) + random.gauss(0, 0.2)
        eaten = min(ration, self.hunger)
        self.hunger = min(1.2, max(0.0, 0.7 * self.hunger + 0.3 + 0.1 * random.gauss(0, 1) - 0.2 * self.ammonia))
        gain = 0.004 * eaten * self.temp / 20 * (1 - self.ammonia)
        self.mass += gain
        self.ammonia = min(1.0, 0.9 * self.ammonia + 0.15 * (ration - eaten) + 0.01)
        self.day += 1
        return self.sense(), 200 * gain - 0.2 * ration, self.day >= self.LENGTH
