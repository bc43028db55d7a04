import random

import torch


class Terminal:
    """Very rough yard: cranes on a rail, containers waiting in bays."""

    def __init__(self, cfg):
        self.cfg = cfg
        self.new_shift()

    def new_shift(self):
        c = self.cfg
        self.position = [i * c.bays // c.cranes for i in range(c.cranes)]
        self.waiting = [random.randint(5, 40) for _ in range(c.bays)]
        self.moved = 0

    def look(self, k):
        bay = self.position[k]
        left = sum(self.waiting[:bay])
        right = sum(self.waiting[bay + 1:])
        near = [self.waiting[b] if 0 <= b < self.cfg.bays else 0 for b in (bay - 1, bay, bay + 1)]
        before = self.position[k - 1] if k > 0 else -1
        after = self.position[k + 1] if k + 1 < self.cfg.cranes else self.cfg.bays
        return torch.tensor([[left, right, *near, bay, bay - before, after - bay]], dtype=torch.float32) / 20.0

    def apply(self, k, action):
        bay = self.position[k]
        if action == 0:
            if self.waiting[bay] > 0:
                self.waiting[bay] -= 1
                self.moved += 1
            return
        target = bay + (1 if action == 2 else -1)
        if 0 <= target < self.cfg.bays and target not in self.position:
            self.position[k] = target

    def arrivals(self):
        if random.random() < 0.2:
            self.waiting[random.randrange(self.cfg.bays)] += random.randint(1, 6)
