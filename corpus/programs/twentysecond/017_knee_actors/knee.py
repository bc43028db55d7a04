import math
import random


class KneeSim:
    """Swing-phase damping of a microprocessor knee, 100 Hz, one walk = many strides."""

    ACTIONS = (0.02, 0.05, 0.1, 0.2, 0.4)

    def __init__(self, ticks=1500):
        self.ticks = ticks

    def reset(self):
        self.t = 0
        self.phase = 0.0
        self.cadence = random.uniform(0.8, 1.3)
        self.angle, self.vel = 0.1, 0.0
        return self.sense()

    def sense(self):
        return [self.angle, self.vel / 5, math.sin(self.phase) + random.gauss(0, 0.05),
                1.0 if math.sin(self.phase) > 0 else 0.0]

    def step(self, a):
        self.phase += 2 * math.pi * self.cadence * 0.01
        hip = 6.0 * math.sin(self.phase)
        acc = hip - 9.0 * self.angle - 40 * self.ACTIONS[a] * self.vel
        self.vel += acc * 0.01
        self.angle += self.vel * 0.01
        if random.random() < 0.002:
            self.cadence = random.uniform(0.8, 1.3)
        want = max(0.0, 0.9 * math.sin(self.phase - 0.4))
        self.t += 1
        stumble = self.angle < -0.6
        return self.sense(), -abs(self.angle - want) - (5.0 if stumble else 0.0), stumble or self.t >= self.ticks
