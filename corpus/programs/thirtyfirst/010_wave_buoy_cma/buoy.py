import math
import random


class Buoy:
    """Point absorber in irregular waves; the take-off damping is set ten times a second."""

    def __init__(self, seconds=120, dt=0.1):
        self.steps = int(seconds / dt)
        self.dt = dt

    def reset(self, seed):
        r = random.Random(seed)
        peak = r.uniform(0.5, 1.1)
        self.waves = [(r.gauss(0.5, 0.15), peak * r.uniform(0.7, 1.4), r.uniform(0, 2 * math.pi)) for _ in range(8)]
        self.x = self.v = 0.0
        self.t = 0
        return self._sense()

    def _push(self):
        s = self.t * self.dt
        return sum(a * math.cos(w * s + p) for a, w, p in self.waves)

    def _sense(self):
        return [self.x, self.v]

    def step(self, damping):
        damping = 4.0 * min(max(damping, 0.0), 1.0)
        acc = (self._push() * 3.0 - 2.2 * self.x - (0.3 + damping) * self.v) / 2.5
        self.v += acc * self.dt
        self.x += self.v * self.dt
        self.t += 1
        power = damping * self.v ** 2
        overstroke = max(abs(self.x) - 2.0, 0.0)
        return self._sense(), power - 5.0 * overstroke, self.t >= self.steps or abs(self.x) > 6.0
