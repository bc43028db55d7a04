import numpy as np


class Tram:
    """Speed, a lamp that announces the next stop for one step, and time."""

    def __init__(self, rng, steps=300):
        self.rng, self.steps = rng, steps

    def reset(self):
        self.t, self.v, self.lamp = 0, 0.0, 0.0
        self.to_stop = None
        return self.sense()

    def sense(self):
        return np.array([self.v / 15, self.lamp], dtype=np.float32)

    def expert(self):
        if self.to_stop is None:
            return 2 if self.v < 12 else 1
        need = self.v**2 / 2.4
        return 0 if need >= self.to_stop - self.v else 1

    def step(self, lever):
        self.t += 1
        self.v = float(np.clip(self.v + (lever - 1) * 1.2, 0, 15))
        reward, self.lamp = self.v / 150, 0.0
        if self.to_stop is None:
            if self.rng.random() < 0.03:
                self.to_stop, self.lamp = 120.0, 1.0
        else:
            self.to_stop -= self.v
            if self.to_stop < -10:
                reward, self.to_stop = -2.0, None
            elif self.v == 0 and self.to_stop < 25:
                reward, self.to_stop = 2.0, None
        return self.sense(), reward, self.t >= self.steps
