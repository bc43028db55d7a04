import math
import random

import torch


class Glider:
    """Find and circle thermals. Only the variometer, height and heading are measured."""

    def reset(self):
        self.x, self.y, self.psi, self.z = 0.0, 0.0, random.uniform(0, 6.28), 0.5
        self.spots = [(random.uniform(-3, 3), random.uniform(-3, 3), random.uniform(0.5, 1.0)) for _ in range(3)]
        self.t = 0
        self.climb = 0.0
        return self.obs()

    def obs(self):
        return torch.tensor([self.climb * 10, self.z, math.sin(self.psi), math.cos(self.psi)])

    def step(self, a):
        self.psi += (a - 1) * 0.4
        self.x += 0.2 * math.cos(self.psi)
        self.y += 0.2 * math.sin(self.psi)
        lift = sum(s * math.exp(-((self.x - u) ** 2 + (self.y - v) ** 2)) for u, v, s in self.spots)
        self.climb = 0.05 * lift - 0.015 - 0.005 * (a != 1)
        self.z += self.climb
        self.t += 1
        return self.obs(), self.climb * 10, self.z <= 0 or self.t >= 300
