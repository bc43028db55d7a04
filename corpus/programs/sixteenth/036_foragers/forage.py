import copy
import math
import random

import torch
import torch.nn as nn

N = 12
SIZE = 40.0
SELECT_EVERY = 1500


class Brain(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.RNNCell(5, 20)
        self.l2 = nn.RNNCell(20, 20)
        self.motor = nn.Linear(20, 2)

    def forward(self, x, mem):
        a = self.l1(x, mem[0])
        b = self.l2(a, mem[1])
        return torch.tanh(self.motor(b)), [a, b]

    def mutate(self, s=0.04):
        with torch.no_grad():
            for p in self.parameters():
                p += s * torch.randn_like(p)


class Colony:
    """Ants that never die; the poorest one learns from the richest one."""

    def __init__(self):
        self.names = ["ant%02d" % i for i in range(N)]
        self.brains = {n: Brain() for n in self.names}
        self.memory = {n: [torch.zeros(1, 20), torch.zeros(1, 20)] for n in self.names}
        self.pos = {n: [random.uniform(0, SIZE), random.uniform(0, SIZE), 0.0] for n in self.names}
        self.eaten = {n: 0.0 for n in self.names}
        self.food = [[random.uniform(0, SIZE), random.uniform(0, SIZE)] for _ in range(25)]

    def sense(self, n):
        x, y, th = self.pos[n]
        fx, fy = min(self.food, key=lambda f: (f[0] - x) ** 2 + (f[1] - y) ** 2)
        d = math.hypot(fx - x, fy - y)
        ang = math.atan2(fy - y, fx - x) - th
        seen = 1.0 if d < 6 else 0.0
        return torch.tensor([[seen, seen * math.sin(ang), seen * math.cos(ang), x / SIZE, y / SIZE]])

    def tick(self):
        for n in self.names:
            out, self.memory[n] = self.brains[n](self.sense(n), self.memory[n])
            turn, speed = out[0].tolist()
            p = self.pos[n]
            p[2] += 0.5 * turn
            p[0] = (p[0] + 0.5 * (1 + speed) * math.cos(p[2])) % SIZE
            p[1] = (p[1] + 0.5 * (1 + speed) * math.sin(p[2])) % SIZE
            for f in self.food:
                if math.hypot(f[0] - p[0], f[1] - p[1]) < 1.0:
                    self.eaten[n] += 1
                    f[0], f[1] = random.uniform(0, SIZE), random.uniform(0, SIZE)

    def select(self):
        ranking = sorted(self.names, key=self.eaten.get)
        for poor, rich in zip(ranking[:3], reversed(ranking[-3:])):
            child = copy.deepcopy(self.brains[rich])
            child.mutate()
            self.brains[poor] = child
        total = sum(self.eaten.values())
        for n in self.names:
            self.eaten[n] = 0.0
        return ranking[-1], total


@torch.no_grad()
def main():
    colony = Colony()
    for t in range(1, 600001):
        colony.tick()
        if t % SELECT_EVERY == 0:
            best, total = colony.select()
            print("t=%d  eaten %d  best %s" % (t, total, best))
    torch.save({n: b.state_dict() for n, b in colony.brains.items()}, "colony.pt")


if __name__ == "__main__":
    main()
