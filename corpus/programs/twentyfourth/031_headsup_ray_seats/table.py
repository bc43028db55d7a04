import random

import torch

FOLD, CALL, RAISE = 0, 1, 2


class HeadsUpTable:
    """Four-street one-card game against a tight house player."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.card, self.house = self.rng.sample(range(2, 15), 2)
        self.street, self.raises = 0, 0
        self.pot, self.paid, self.facing = 3.0, 1.0, 1.0
        self.last = 0.0
        return self.obs()

    def obs(self):
        return torch.tensor([[self.card / 14, self.street / 3, self.raises / 4, self.pot / 40,
                              self.paid / 20, self.facing / 4, self.last]])

    def step(self, a):
        if a == FOLD and self.facing > 0:
            return self.obs(), -self.paid, True
        if a == RAISE and self.raises < 4:
            bet = self.facing + 2
            self.pot += bet
            self.paid += bet
            self.raises += 1
            if self.house + self.rng.gauss(0, 2) < 6:
                return self.obs(), self.pot - self.paid, True
            self.pot += 2
        else:
            self.pot += self.facing
            self.paid += self.facing
        self.facing, self.last = 0.0, 0.0
        if self.street == 3:
            win = self.card > self.house
            return self.obs(), (self.pot - self.paid) if win else -self.paid, True
        self.street += 1
        if self.house + self.rng.gauss(0, 3) > 10:
            self.pot += 2
            self.facing, self.last = 2.0, 1.0
        return self.obs(), 0.0, False
