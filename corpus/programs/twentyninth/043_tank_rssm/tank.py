import math
import random


class Tank:
    """Stratified hot-water store of a district heating plant; runs round the clock."""

    n_obs, n_act = 4, 1

    def __init__(self):
        self.top, self.bottom, self.t = 75.0, 45.0, 0

    def read(self):
        return [self.top / 50 - 1, self.bottom / 50 - 1, math.sin(self.t * math.pi / 48), self.price()]

    def price(self):
        return 0.5 + 0.4 * math.sin(self.t * math.pi / 48 + 1.0)

    def step(self, u):
        u = (max(-1.0, min(1.0, u)) + 1) / 2
        draw = max(0.0, 0.5 + 0.4 * math.sin(self.t * math.pi / 24) + random.gauss(0, 0.1))
        self.top += 3.0 * u - 2.5 * draw + 0.02 * (self.bottom - self.top)
        self.bottom += 1.0 * u - 1.5 * draw + 0.05 * (40 - self.bottom)
        self.top = min(98.0, max(20.0, self.top))
        self.bottom = min(98.0, max(20.0, self.bottom))
        self.t += 1
        return self.read(), -u * self.price() - 0.1 * max(0.0, 65 - self.top)
