import math
import random


class Kart:
    """Kart on a closed track given by its curvature; grip changes from race to race and isn't observed."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def curve(self, s):
        return 0.6 * math.sin(0.07 * s) + 0.4 * math.sin(0.031 * s + 1)

    def reset(self):
        self.s, self.off, self.v, self.slip = 0.0, 0.0, 0.5, 0.0
        self.grip = self.rnd.uniform(0.5, 1.2)
        self.t = 0
        return self.state()

    def state(self):
        ahead = [self.curve(self.s + d) for d in (0, 5, 10, 20)]
        return [self.off, self.v, self.slip] + ahead

    def step(self, action):
        steer, gas = action % 3 - 1, action // 3 - 1
        self.v = min(max(self.v + 0.05 * gas, 0.1), 2.0)
        need = self.curve(self.s) * self.v ** 2
        self.slip = max(0.0, abs(need) - self.grip)
        self.off += 0.1 * self.v * (steer * 0.7 * self.grip - need) / 2
        self.s += self.v
        self.t += 1
        crashed = abs(self.off) > 1.0
        reward = -2.0 if crashed else 0.1 * self.v - 0.05 * abs(self.off)
        return self.state(), reward, crashed or self.t >= 1000
