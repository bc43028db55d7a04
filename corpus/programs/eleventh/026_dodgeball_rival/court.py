from dataclasses import dataclass, field

import numpy as np


@dataclass
class Court:
    width: float = 6.0
    rounds: int = 40
    rng: np.random.Generator = field(default_factory=np.random.default_rng)

    def start(self):
        self.pos = self.rng.uniform(0, self.width, size=2)
        self.has_ball = int(self.rng.integers(2))
        self.n = 0
        return self.view(0), self.view(1)

    def view(self, i):
        # the other player is only seen through fog
        fog = self.rng.normal(0, 0.4)
        return np.array([self.pos[i] / self.width,
                         (self.pos[1 - i] + fog) / self.width,
                         float(self.has_ball == i)], np.float32)

    def play(self, a0, a1):
        """Actions: 0 left, 1 stay, 2 right, 3 throw."""
        acts = (a0, a1)
        points = [0.0, 0.0]
        holder = self.has_ball
        for i, a in enumerate(acts):
            if a < 3:
                self.pos[i] = np.clip(self.pos[i] + (a - 1) * 0.8, 0, self.width)
        if acts[holder] == 3:
            gap = abs(self.pos[0] - self.pos[1])
            if self.rng.random() < np.exp(-gap):
                points[holder], points[1 - holder] = 1.0, -1.0
            self.has_ball = 1 - holder
        self.n += 1
        return (self.view(0), self.view(1)), points, self.n >= self.rounds
