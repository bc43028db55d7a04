import random

import torch


class DieInspector:
    """Choose a lens (0 low, 1 high) per die or call it good/bad."""

    num_inputs, num_actions = 5, 4

    def __init__(self, seed, dies=200):
        self.rnd = random.Random(seed)
        self.dies = dies

    def reset(self):
        self.k = 0
        self.drift = self.rnd.uniform(-0.3, 0.3)
        self._next_die()
        return self._obs(0.0)

    def _next_die(self):
        self.defect = self.rnd.random() < 0.15
        self.lens = 0

    def _obs(self, cost):
        noise = 0.8 if self.lens == 0 else 0.2
        seen = float(self.defect) + self.drift + self.rnd.gauss(0, noise)
        return torch.tensor([seen, self.lens, self.k / self.dies, cost, 1.0])

    def step(self, a):
        if a < 2:
            self.lens = a
            return self._obs(0.02 + 0.05 * a), -0.02 - 0.05 * a, False
        right = (a == 3) == self.defect
        reward = 1.0 if right else (-5.0 if self.defect else -0.5)
        self.k += 1
        self._next_die()
        return self._obs(0.0), reward, self.k >= self.dies
