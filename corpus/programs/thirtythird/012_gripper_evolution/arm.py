import math
import random


class ArmEnv:
    """Two-joint arm; the object flashes up at the start and must be gripped from memory."""

    n_in, n_out = 6, 3

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.q = [0.0, 0.5]
        r, a = self.rnd.uniform(0.5, 1.7), self.rnd.uniform(0, math.pi)
        self.goal = (r * math.cos(a), r * math.sin(a))
        self.t = 0
        return self.sense()

    def hand(self):
        a, b = self.q
        return (math.cos(a) + math.cos(a + b), math.sin(a) + math.sin(a + b))

    def sense(self):
        lit = self.t < 5
        gx, gy = self.goal if lit else (0.0, 0.0)
        return [self.q[0], self.q[1], gx, gy, float(lit), 1.0]

    def step(self, out):
        self.q[0] += 0.1 * max(-1, min(1, out[0]))
        self.q[1] += 0.1 * max(-1, min(1, out[1]))
        self.t += 1
        hx, hy = self.hand()
        dist = math.hypot(hx - self.goal[0], hy - self.goal[1])
        grip = out[2] > 0.5 and self.t > 10
        reward = -0.01 * dist + ((1.0 if dist < 0.1 else -0.5) if grip else 0.0)
        return self.sense(), reward, grip or self.t >= 120
