from __future__ import annotations

import itertools
import random

import numpy as np
import torch

from .brain import Brain


class Critter:
    _ids = itertools.count()

    def __init__(self, rng: np.random.Generator):
        self.brain = Brain().requires_grad_(False)
        self.rng = rng
        self.deaths = 0
        self.respawn()

    def respawn(self) -> None:
        self.ident = next(self._ids)
        self.pos = self.rng.uniform(-50, 50, 2)
        self.dir = self.rng.uniform(-np.pi, np.pi)
        self.energy, self.eaten, self.age = 1.0, 0, 0
        self.trace = self.brain.rest()

    def live(self, senses: np.ndarray) -> np.ndarray:
        muscles, self.trace = self.brain(torch.from_numpy(senses), self.trace)
        self.age += 1
        return muscles.numpy()


class Arena:
    def __init__(self, n: int, food: int, seed: int):
        self.rng = np.random.default_rng(seed)
        self.pick = random.Random(seed)
        self.critters = [Critter(self.rng) for _ in range(n)]
        self.food = self.rng.uniform(-50, 50, (food, 2))
        self.tick = 0

    def _senses(self, c: Critter) -> np.ndarray:
        rel = self.food - c.pos
        dist = np.linalg.norm(rel, axis=1)
        k = int(dist.argmin())
        ang = np.arctan2(rel[k, 1], rel[k, 0]) - c.dir
        seen = dist[k] < 15
        return np.array(
            [np.sin(ang) * seen, np.cos(ang) * seen, seen, c.energy, *(c.pos / 50)], dtype=np.float32
        )

    def step(self) -> None:
        self.tick += 1
        for c in self.critters:
            turn, push = c.live(self._senses(c))
            c.dir += 0.3 * float(turn)
            c.pos = (c.pos + max(float(push), 0) * np.array([np.cos(c.dir), np.sin(c.dir)])).clip(-50, 50)
            c.energy -= 0.002 + 0.002 * abs(float(push))
            near = np.linalg.norm(self.food - c.pos, axis=1) < 1.5
            if near.any():
                c.eaten += int(near.sum())
                c.energy = min(1.0, c.energy + 0.3)
                self.food[near] = self.rng.uniform(-50, 50, (int(near.sum()), 2))
            if c.energy <= 0:
                c.deaths += 1
                c.respawn()

    def takeover(self, sigma: float) -> tuple[int, int] | None:
        grown = [c for c in self.critters if c.age > 300]
        if len(grown) < 2:
            return None
        a, b = self.pick.sample(grown, 2)
        fit, unfit = (a, b) if a.eaten / a.age >= b.eaten / b.age else (b, a)
        for mine, theirs in zip(unfit.brain.parameters(), fit.brain.parameters()):
            mine.data.copy_(theirs.data + sigma * torch.randn_like(theirs))
        unfit.eaten, unfit.age = 0, 0
        return fit.ident, unfit.ident
