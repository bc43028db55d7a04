from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass
class Pupil:
    """Half-life memory per word; a question that was answered doubles the half-life."""

    words: int
    half_life: list[float] = field(init=False)
    last_seen: list[int] = field(init=False)
    clock: int = 0

    def __post_init__(self) -> None:
        self.half_life = [random.uniform(1, 8) for _ in range(self.words)]
        self.last_seen = [0] * self.words

    def recall(self, word: int) -> float:
        return 2 ** (-(self.clock - self.last_seen[word]) / self.half_life[word])

    def ask(self, word: int) -> bool:
        self.clock += 1
        knew = random.random() < self.recall(word)
        self.half_life[word] *= 2.0 if knew else 1.3
        self.last_seen[word] = self.clock
        return knew

    def exam(self) -> float:
        self.clock += 10
        return sum(self.recall(w) for w in range(self.words)) / self.words
