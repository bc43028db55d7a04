import random
import torch


class Sheet:
    def new_end(self):
        self.stone = 0
        self.speed = random.gauss(0, 0.4)     # how keen the ice is today
        self.bend = random.gauss(0, 0.3)
        self.last = (0.0, 0.0)
        self.target = (random.uniform(-1, 1), random.uniform(-1, 1))
        return self.look()

    def look(self):
        return torch.tensor([[self.stone / 8, *self.last, *self.target, random.random(), 1.0]])

    def throw(self, w, c):
        y = (w - 2) * 0.5 + self.speed + random.gauss(0, 0.05)
        x = (c - 1) * 0.8 + self.bend + random.gauss(0, 0.05)
        self.last = (x, y)
        miss = ((x - self.target[0]) ** 2 + (y - self.target[1]) ** 2) ** 0.5
        self.stone += 1
        return self.look(), max(0.0, 1.0 - miss), self.stone == 8
