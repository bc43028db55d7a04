import random

import torch


class KeyCorridor:
    """Rooms on both sides of a corridor; the note at the entrance tells which room has the key."""

    n_act = 4   # back, forward, left room, right room
    n_obs = 7

    def __init__(self, length=10):
        self.length = length

    def reset(self):
        self.x, self.t, self.key = 0, 0, False
        self.room = random.randrange(1, self.length - 1)
        self.side = random.randrange(2)
        return self.sense(False)

    def sense(self, bumped):
        at_entrance = float(self.x == 0)
        return torch.tensor([[at_entrance, at_entrance * self.room / self.length, at_entrance * self.side,
                              float(self.key), float(bumped), float(self.x == self.length - 1),
                              self.t / 100]])

    def step(self, a):
        self.t += 1
        reward, bumped = -0.01, False
        if a == 0:
            self.x = max(0, self.x - 1)
        elif a == 1:
            self.x = min(self.length - 1, self.x + 1)
        elif self.x == self.room and a - 2 == self.side:
            self.key = True
        else:
            bumped, reward = True, -0.1
        won = self.key and self.x == self.length - 1
        return self.sense(bumped), reward + float(won), won or self.t >= 100
