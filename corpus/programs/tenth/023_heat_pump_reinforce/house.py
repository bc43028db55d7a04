import math
import random


class House:
    def __init__(self, hours=72):
        self.hours = hours

    def reset(self):
        self.t = 0
        self.room, self.floor = random.uniform(17, 22), random.uniform(20, 26)
        self.base = random.uniform(-5, 10)
        return self.sensors()

    def sensors(self):
        outside = self.base + 4 * math.sin(self.t * math.pi / 12)
        return [(self.room - 20) / 5, outside / 10, math.sin(self.t * math.pi / 12)]

    def step(self, on):
        outside = self.base + 4 * math.sin(self.t * math.pi / 12)
        self.t += 1
        self.floor += 1.2 * on - 0.15 * (self.floor - self.room)
        self.room += 0.12 * (self.floor - self.room) - 0.02 * (self.room - outside)
        price = 0.05 if self.t % 24 < 6 else 0.15
        return self.sensors(), -abs(self.room - 20.5) / 4 - price * on, self.t >= self.hours
