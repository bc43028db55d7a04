import math
import random


class Greenhouse:
    """Tomato greenhouse, one step is ten minutes. Actions: vent, idle, heat, irrigate."""

    n_actions = 4
    n_obs = 5

    def __init__(self, seed, days=4):
        self.rng = random.Random(seed)
        self.horizon = days * 144

    def reset(self):
        self.t = 0
        self.temp = 19.0
        self.moist = 0.6
        self.cloud = self.rng.random()
        return self.observe()

    def observe(self):
        phase = 2 * math.pi * self.t / 144
        return [(self.temp - 20) / 10, self.moist, math.sin(phase), math.cos(phase), self.cloud]

    def step(self, action):
        self.t += 1
        sun = max(0.0, math.sin(2 * math.pi * self.t / 144)) * (1 - 0.7 * self.cloud)
        self.cloud = min(1.0, max(0.0, self.cloud + self.rng.gauss(0, 0.05)))
        self.temp += 0.6 * sun - 0.03 * (self.temp - 12)
        self.moist -= 0.004 + 0.006 * sun
        cost = 0.0
        if action == 0:
            self.temp -= 0.5
        elif action == 2:
            self.temp += 0.5
            cost = 0.05
        elif action == 3:
            self.moist = min(1.0, self.moist + 0.06)
            cost = 0.02
        reward = 1.0 - abs(self.temp - 22) / 8 - abs(self.moist - 0.65) - cost
        done = self.t >= self.horizon or self.moist <= 0.05
        return self.observe(), reward, done
