import numpy as np


class AirHockey:
    """Two paddles on a one-dimensional goal line, puck bouncing between them."""

    def __init__(self, seed=0, limit=600):
        self.rng = np.random.default_rng(seed)
        self.limit = limit

    def reset(self):
        self.t = 0
        self.paddles = np.zeros(2)
        self.puck = np.array([0.0, self.rng.uniform(-0.5, 0.5)])
        self.vel = np.array([self.rng.choice([-1.0, 1.0]), self.rng.uniform(-0.6, 0.6)]) * 0.05
        return self._view(0), self._view(1)

    def _view(self, side):
        sign = 1.0 if side == 0 else -1.0
        return np.array([sign * self.puck[0], self.puck[1], self.paddles[side]], dtype=np.float32)

    def step(self, moves):
        self.t += 1
        self.paddles = np.clip(self.paddles + (np.array(moves) - 1) * 0.06, -1, 1)
        self.puck = self.puck + self.vel
        if abs(self.puck[1]) > 1:
            self.vel[1] *= -1
        reward, over = 0.0, self.t >= self.limit
        for side, end in ((0, -1.0), (1, 1.0)):
            if self.puck[0] * end >= 1.0:
                if abs(self.puck[1] - self.paddles[side]) < 0.2:
                    self.vel[0] *= -1.02
                else:
                    reward, over = (-1.0 if side == 0 else 1.0), True
        return (self._view(0), self._view(1)), reward, over
