import math
import random

import torch


class TidalTurbine:
    """Pitch control of a tidal turbine, one step is a minute, one episode is two tides."""

    LENGTH = 1490

    def reset(self):
        self.t = 0
        self.pitch = 0.0
        self.phase = random.uniform(0, 2 * math.pi)
        self.peak = random.uniform(1.8, 3.2)
        self.gust = 0.0
        return self.obs()

    def flow(self):
        return self.peak * math.sin(2 * math.pi * self.t / 745 + self.phase) + self.gust

    def obs(self):
        noisy = self.flow() + random.gauss(0, 0.1)
        return torch.tensor([[noisy / 3, self.pitch, abs(noisy) ** 3 / 30]])

    def step(self, action):
        self.t += 1
        self.gust = 0.9 * self.gust + random.gauss(0, 0.1)
        self.pitch = min(1.0, max(0.0, self.pitch + 0.05 * (action - 1)))
        v = abs(self.flow())
        power = min(1.0, v ** 3 / 20) * (1 - self.pitch)
        load = max(0.0, v * (1 - self.pitch) - 2.2)
        return self.obs(), power - 2 * load, self.t >= self.LENGTH
