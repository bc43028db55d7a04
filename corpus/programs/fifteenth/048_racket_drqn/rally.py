import random

import torch


class RallySim:
    """Half court: the shuttle drops at one of five spots, the opponent's racket gives it away early and for one frame only."""

    n_in, n_out = 8, 6  # five spots to go to, or swing

    def __init__(self, max_hits: int = 15):
        self.max_hits = max_hits

    def reset(self):
        self.spot, self.hits = 2, 0
        self._opponent_hits()
        return self._obs()

    def _opponent_hits(self):
        self.aim = random.randrange(5)
        self.frame = 0
        self.flight = random.randint(6, 10)

    def _obs(self):
        x = torch.zeros(8)
        x[self.spot] = 1.0
        if self.frame == 0:
            x[5] = (self.aim + 1) / 5
        x[6] = self.frame / 10
        x[7] = float(self.flight - self.frame <= 2)
        return x

    def step(self, a):
        self.frame += 1
        reward = 0.0
        if a < 5:
            self.spot += (a > self.spot) - (a < self.spot)
        elif self.flight - self.frame <= 1 and self.spot == self.aim:
            self.hits += 1
            if self.hits == self.max_hits:
                return self._obs(), 1.0, True
            self._opponent_hits()
            return self._obs(), 1.0, False
        else:
            reward = -0.1
        if self.frame >= self.flight:
            return self._obs(), -1.0, True
        return self._obs(), reward, False
