import math
import random


class ParagliderSim:
    """Flight over a plain with drifting thermals. Lands at height zero."""

    def launch(self):
        self.x = self.y = 0.0
        self.height = 800.0
        self.course = random.uniform(0, 2 * math.pi)
        self.bank = self.speed_bar = 0.0
        self.wind = (random.gauss(0, 2), random.gauss(0, 2))
        self.thermals = [self.new_thermal() for _ in range(12)]
        self.climb = 0.0
        return self.sample()

    def new_thermal(self):
        return [self.x + random.uniform(-1500, 1500), self.y + random.uniform(-1500, 1500),
                random.uniform(1, 4), random.randint(200, 900)]

    def sample(self):
        return [self.climb / 3, self.bank, self.speed_bar, self.height / 1500, math.hypot(*self.wind) / 5]

    def step(self, brakes, bar):
        self.bank += 0.2 * (brakes - self.bank)
        self.speed_bar += 0.2 * (max(0.0, bar) - self.speed_bar)
        self.course += 0.3 * self.bank
        speed = 9.0 + 4.0 * self.speed_bar
        self.x += speed * math.cos(self.course) + self.wind[0]
        self.y += speed * math.sin(self.course) + self.wind[1]
        lift = 0.0
        for i, th in enumerate(self.thermals):
            th[0] += self.wind[0]
            th[1] += self.wind[1]
            th[3] -= 1
            lift += th[2] * math.exp(-((self.x - th[0]) ** 2 + (self.y - th[1]) ** 2) / 120 ** 2)
            if th[3] <= 0:
                self.thermals[i] = self.new_thermal()
        self.climb = lift - 1.1 - 0.6 * self.bank ** 2 - 1.2 * self.speed_bar ** 2
        self.height += self.climb
        return self.sample(), self.height <= 0
