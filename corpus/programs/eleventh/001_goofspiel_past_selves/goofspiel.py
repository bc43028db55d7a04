import random

import torch

N = 7


class Goofspiel:
    """Both players hold the cards 1..7 and bid for prizes 1..7 that are turned up in random order."""

    def new_game(self):
        self.hands = [list(range(N)), list(range(N))]
        self.prizes = random.sample(range(N), N)
        self.won = [0.0, 0.0]
        self.pot = 0.0
        self.last_outcome = 0.0

    def over(self):
        return not self.prizes

    def look(self, who):
        prize = torch.zeros(N)
        prize[self.prizes[0]] = 1.0
        own = torch.zeros(N)
        own[self.hands[who]] = 1.0
        sign = 1.0 if who == 0 else -1.0
        extra = torch.tensor([sign * self.last_outcome, self.pot / 10])
        return torch.cat([prize, own, extra])

    def legal(self, who):
        mask = torch.full((N,), float("-inf"))
        mask[self.hands[who]] = 0.0
        return mask

    def bid(self, a, b):
        self.hands[0].remove(a)
        self.hands[1].remove(b)
        self.pot += self.prizes.pop(0) + 1
        self.last_outcome = float((a > b) - (a < b))
        if a != b:
            self.won[0 if a > b else 1] += self.pot
            self.pot = 0.0

    def result(self):
        return float((self.won[0] > self.won[1]) - (self.won[0] < self.won[1]))
