import math
import random


class Approach:
    def begin(self):
        self.elapsed = 0
        self.s, self.off, self.hdg = 900.0, random.gauss(0, 12), 0.0
        self.v, self.yaw = 3.0, 0.0
        self.tide = random.uniform(-0.4, 0.4)
        return self._look()

    def _look(self):
        return [self.s / 900, self.off / 40, self.hdg, self.v / 4, self.yaw,
                self.tide, math.sin(self.hdg), math.cos(self.hdg), 1.0]

    def advance(self, rudder, thrust):
        self.yaw += 0.1 * (0.2 * rudder - self.yaw)
        self.hdg += self.yaw
        self.v = max(0.2, self.v + 0.05 * thrust)
        self.s -= self.v * math.cos(self.hdg)
        self.off += self.v * math.sin(self.hdg) + self.tide
        self.elapsed += 1
        return self._look(), self.s <= 0
