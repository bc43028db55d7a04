import math
import random

import torch


class WavePool:
    obs_dim = 5
    act_dim = 2

    def __init__(self, seed=0, ride_len=1000):
        self.rand = random.Random(seed)
        self.ride_len = ride_len

    def reset(self):
        self.y = self.vy = self.heel = 0.0
        self.phase = self.rand.random() * math.tau
        self.freq = self.rand.uniform(0.05, 0.2)
        self.t = 0
        return self.observe()

    def observe(self):
        n = self.rand.gauss(0, 0.05)
        return torch.tensor([self.y, self.vy, self.heel, math.sin(self.phase) + n, self.t / self.ride_len])

    def step(self, a):
        lean, push = a.clamp(-1, 1).tolist()
        self.phase += self.freq
        self.heel += 0.1 * (lean - 0.5 * self.heel)
        self.vy += 0.05 * (math.sin(self.phase) + push - self.y - 0.3 * self.vy)
        self.y += 0.1 * self.vy
        self.t += 1
        fell = abs(self.heel - 0.4 * math.cos(self.phase)) > 1.2
        reward = 1.0 - abs(self.y - 0.5) if not fell else -20.0
        return self.observe(), reward, fell or self.t >= self.ride_len
