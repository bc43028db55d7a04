from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .entrants import Entrant


@dataclass
class Boat:
    x: float = 0.0
    y: float = 0.0
    heading: float = 0.7


@dataclass
class Course:
    length: float = 500.0
    limit: int = 600
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(3))

    def start(self) -> None:
        self.boat = Boat()
        self.wind = self.rng.normal(0, 0.2)
        self.t = 0

    def observe(self) -> np.ndarray:
        gust = self.wind + self.rng.normal(0, 0.15)
        b = self.boat
        return np.array(
            [math.sin(gust), math.cos(gust), math.sin(b.heading), math.cos(b.heading), b.x / 100, b.y / self.length],
            dtype=np.float32,
        )

    def advance(self, action: int) -> bool:
        self.wind += self.rng.normal(0, 0.02)
        b = self.boat
        b.heading += (0.0, 0.1, -0.1)[action]
        off = abs((self.wind - b.heading + math.pi) % (2 * math.pi) - math.pi)
        speed = 0.2 if off < 0.6 else 2.0 * math.sin(min(off, 2.2))
        b.x += speed * math.sin(b.heading)
        b.y += speed * math.cos(b.heading)
        self.t += 1
        return b.y >= self.length or self.t >= self.limit


def play_heat(entrant: Entrant, course: Course) -> int:
    entrant.begin()
    course.start()
    over = False
    while not over:
        over = course.advance(entrant.act(course.observe()))
    return course.t


def regatta(entrants: list[Entrant], heats: int) -> dict[str, list[int]]:
    table: dict[str, list[int]] = {}
    for entrant in entrants:
        course = Course()
        table[entrant.name] = [play_heat(entrant, course) for _ in range(heats)]
    return table
