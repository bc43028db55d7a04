import math
import random

import torch


class Encounter:
    """Two aircraft on crossing tracks; ours may turn. Ends after 30 ticks of 10 s."""

    def __init__(self, rng: random.Random):
        self.rng = rng

    def reset(self):
        a = self.rng.uniform(0, 2 * math.pi)
        self.intruder = [25 * math.cos(a), 25 * math.sin(a)]
        self.ihdg = a + math.pi + self.rng.gauss(0, 0.2)
        self.own, self.hdg, self.tick, self.closest = [-20.0, 0.0], 0.0, 0, 99.0
        return self.observe()

    def observe(self):
        dx, dy = self.intruder[0] - self.own[0], self.intruder[1] - self.own[1]
        rng_nm = math.hypot(dx, dy)
        brg = math.atan2(dy, dx) - self.hdg
        # radar: every fourth plot is missing
        seen = float(self.tick % 4 != 3)
        return torch.tensor([seen * rng_nm / 40, seen * math.sin(brg), seen * math.cos(brg), seen,
                             math.sin(self.hdg), self.own[1] / 10])

    def step(self, turn):
        self.hdg += max(-0.3, min(0.3, turn))
        self.own[0] += 1.3 * math.cos(self.hdg)
        self.own[1] += 1.3 * math.sin(self.hdg)
        self.intruder[0] += 1.3 * math.cos(self.ihdg)
        self.intruder[1] += 1.3 * math.sin(self.ihdg)
        self.tick += 1
        self.closest = min(self.closest, math.dist(self.own, self.intruder))
        return self.observe(), self.tick >= 30

    def score(self):
        los = 10.0 if self.closest < 5 else 0.0
        return -los - 0.2 * abs(self.own[1]) - abs(self.hdg)
