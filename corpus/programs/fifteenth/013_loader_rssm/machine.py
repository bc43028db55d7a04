import math
import random


class WheelLoader:
    """Bucket filling at a gravel pile. Throttle, lift, tilt."""

    def __init__(self):
        self.material = dict(density=1.6, stick=0.1, slope=0.0)
        self.fill = self.lift = self.tilt = self.speed = 0.0
        self.dist = 6.0

    def set_material(self, **kw):
        self.material.update(kw)

    def sense(self):
        return [self.fill + random.gauss(0, 0.1), self.lift, self.tilt, self.speed,
                self.dist / 6, random.gauss(self.material["slope"], 0.02), 1.0]

    def apply(self, throttle, lift, tilt):
        m = self.material
        push = throttle - m["stick"] - 9.8 * math.sin(m["slope"]) * 0.1
        self.speed = 0.9 * self.speed + 0.2 * push
        self.dist = max(0.0, min(6.0, self.dist - self.speed * 0.1))
        self.lift = min(1.0, max(0.0, self.lift + 0.1 * lift))
        self.tilt = min(1.0, max(-1.0, self.tilt + 0.1 * tilt))
        got = 0.0
        if self.dist < 0.5 and self.tilt < 0.3:
            got = max(0.0, throttle) * 0.05 / m["density"]
            self.fill = min(1.0, self.fill + got)
        if self.lift > 0.8 and self.tilt < -0.7 and self.dist > 4:
            dumped, self.fill = self.fill, 0.0
            return 10 * dumped
        return got - 0.01 * abs(throttle)
