import random

import torch


class SortingHall:
    """Letters come along a belt, each with a smudged postcode. The arm puts it on one of six chutes
    or sends it round again."""

    def __init__(self, seed, n_chutes=6, shift=1200):
        self.rnd = random.Random(seed)
        self.n_chutes = n_chutes
        self.shift = shift

    def reset(self):
        self.count = 0
        self.fill = [0] * self.n_chutes
        self.chute = self.rnd.randrange(self.n_chutes)
        return self._look()

    def _look(self):
        code = torch.zeros(self.n_chutes)
        code[self.chute] = 1.0
        code = code + 0.4 * torch.randn(self.n_chutes)
        return torch.cat([code, torch.tensor(self.fill) / 40.0])

    def step(self, action):
        if action == self.n_chutes:
            reward = -0.2
        else:
            reward = 1.0 if action == self.chute else -1.0
            self.fill[action] += 1
            if self.fill[action] > 40:
                self.fill[action] = 0
                reward -= 0.5
        self.count += 1
        if self.rnd.random() < 0.3:
            self.chute = (self.chute + 1) % self.n_chutes
        elif self.rnd.random() < 0.2:
            self.chute = self.rnd.randrange(self.n_chutes)
        return self._look(), reward, self.count >= self.shift
