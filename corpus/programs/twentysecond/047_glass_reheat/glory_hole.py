import math
import random


class GloryHole:
    """Turn and reheat a gather of glass, keep it centred and in the working range."""

    N_OBS, N_ACT = 4, 4  # idle, turn, reheat, blow

    def __init__(self, seed=None):
        self.rng = random.Random(seed)

    def reset(self):
        self.temp = self.rng.uniform(950, 1100)
        self.sag = 0.0
        self.size = 0.2
        self.loss = self.rng.uniform(4, 9)
        self.t = 0
        return self.look()

    def look(self):
        glow = self.temp + self.rng.gauss(0, 25)
        return [(glow - 900) / 200, self.sag + self.rng.gauss(0, 0.05), self.size, self.t / 150]

    def step(self, a):
        soft = 1 / (1 + math.exp(-(self.temp - 850) / 40))
        self.temp -= self.loss
        self.sag += 0.03 * soft
        reward = 0.0
        if a == 1:
            self.sag *= 0.5
        elif a == 2:
            self.temp = min(1200, self.temp + 45)
        elif a == 3:
            grow = 0.03 * soft
            self.size += grow
            reward += 10 * grow - 2 * self.sag * grow
        self.t += 1
        ruined = self.sag > 0.5 or self.temp < 600
        if ruined:
            reward -= 2.0
        return self.look(), reward, ruined or self.size >= 1.0 or self.t >= 150
