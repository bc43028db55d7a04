"""Foraging ants with evolving brains. The field keeps going, seasons only decide who breeds."""
import math
import random

import torch
import torch.nn as nn


class AntBrain(nn.Module):
    def __init__(self, n_in=6, n_hidden=12, n_out=2):
        super().__init__()
        self.wx = nn.Linear(n_in, n_hidden)
        self.wh = nn.Linear(n_hidden, n_hidden, bias=False)
        self.wo = nn.Linear(n_hidden, n_out)
        self.h = torch.zeros(n_hidden)

    @torch.no_grad()
    def forward(self, senses):
        self.h = torch.tanh(self.wx(torch.tensor(senses)) + self.wh(self.h))
        return torch.tanh(self.wo(self.h)).tolist()


class Ant:
    def __init__(self):
        self.brain = AntBrain()
        self.x = self.y = 0.0
        self.dir = random.uniform(-math.pi, math.pi)
        self.loaded = False
        self.brought = 0

    def inherit(self, mother, father, sigma):
        with torch.no_grad():
            for p, m, f in zip(self.brain.parameters(), mother.brain.parameters(), father.brain.parameters()):
                mask = torch.rand_like(p) < 0.5
                p.copy_(torch.where(mask, m, f) + sigma * torch.randn_like(p))


class Field:
    SIZE = 50.0

    def __init__(self, n_ants, n_food=40):
        self.ants = [Ant() for _ in range(n_ants)]
        self.food = [self.spot() for _ in range(n_food)]
        self.smell = {}

    def spot(self):
        return [random.uniform(-self.SIZE, self.SIZE), random.uniform(-self.SIZE, self.SIZE)]

    def cell(self, ant):
        return int(ant.x // 2), int(ant.y // 2)

    def senses(self, ant):
        near = min(self.food, key=lambda f: (f[0] - ant.x) ** 2 + (f[1] - ant.y) ** 2)
        d = math.hypot(near[0] - ant.x, near[1] - ant.y)
        ang = math.atan2(near[1] - ant.y, near[0] - ant.x) - ant.dir
        home = math.atan2(-ant.y, -ant.x) - ant.dir
        sees = 1.0 if d < 8 else 0.0
        return [sees, sees * math.sin(ang), math.sin(home), math.cos(home), float(ant.loaded), self.smell.get(self.cell(ant), 0.0)]

    def tick(self):
        for ant in self.ants:
            turn, speed = ant.brain(self.senses(ant))
            ant.dir += 0.5 * turn
            ant.x += (0.5 + 0.5 * speed) * math.cos(ant.dir)
            ant.y += (0.5 + 0.5 * speed) * math.sin(ant.dir)
            ant.x = max(-self.SIZE, min(self.SIZE, ant.x))
            ant.y = max(-self.SIZE, min(self.SIZE, ant.y))
            if ant.loaded:
                self.smell[self.cell(ant)] = 1.0
                if math.hypot(ant.x, ant.y) < 3:
                    ant.loaded = False
                    ant.brought += 1
            else:
                for f in self.food:
                    if math.hypot(f[0] - ant.x, f[1] - ant.y) < 1:
                        f[:] = self.spot()
                        ant.loaded = True
                        break
        self.smell = {c: s * 0.98 for c, s in self.smell.items() if s > 0.05}


def breed(ants, sigma):
    ranked = sorted(ants, key=lambda a: a.brought, reverse=True)
    parents = ranked[: len(ranked) // 4]
    for weak in ranked[-len(ranked) // 3 :]:
        mother, father = random.sample(parents, 2)
        weak.inherit(mother, father, sigma)
    total = sum(a.brought for a in ants)
    for a in ants:
        a.brought = 0
    return total, ranked[0]


def main():
    field = Field(n_ants=48)
    sigma = 0.15
    for season in range(500):
        for _ in range(1500):
            field.tick()
        total, champion = breed(field.ants, sigma)
        sigma = max(0.02, sigma * 0.99)
        print(f"season {season}: {total} crumbs")
        if season % 50 == 49:
            torch.save(champion.brain.state_dict(), f"ant_{season}.pt")


if __name__ == "__main__":
    main()
