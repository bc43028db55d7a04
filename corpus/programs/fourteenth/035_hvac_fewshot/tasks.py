import math
import random
from dataclasses import dataclass

import torch


@dataclass
class Building:
    """First order thermal model; the parameters differ from building to building."""

    tau: float
    gain: float
    solar: float

    @classmethod
    def draw(cls):
        return cls(random.uniform(20, 90), random.uniform(2, 7), random.uniform(0, 3))

    def trace(self, days=4, per_day=96):
        temp, rows, target = 20.0, [], []
        heat = 0.5
        for k in range(days * per_day):
            hour = 24 * (k % per_day) / per_day
            outside = 5 + 6 * math.sin(2 * math.pi * (hour - 9) / 24) + random.gauss(0, 0.3)
            sun = max(0.0, math.sin(math.pi * (hour - 6) / 12))
            if random.random() < 0.1:
                heat = random.random()
            rows.append([temp / 30, outside / 30, sun, heat, math.sin(hour / 3.82), math.cos(hour / 3.82)])
            temp += (outside - temp) / self.tau + 0.1 * self.gain * heat + 0.05 * self.solar * sun
            target.append([temp / 30])
        return torch.tensor(rows), torch.tensor(target)
