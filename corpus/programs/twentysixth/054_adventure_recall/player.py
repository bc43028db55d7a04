from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import torch
from torch import nn

from game import VERBS, VOCAB, Cave


def bag(text: str) -> torch.Tensor:
    v = torch.zeros(1, len(VOCAB))
    for w in text.split():
        if w in VOCAB:
            v[0, VOCAB[w]] += 1
    return v


class Reader(nn.Module):
    def __init__(self, size: int = 96) -> None:
        super().__init__()
        self.size = size
        self.proj = nn.Linear(len(VOCAB), size)
        self.lstm = nn.LSTMCell(size, size)
        self.verb = nn.Linear(size, len(VERBS))

    def forward(self, x, state=None):
        if state is None:
            state = (x.new_zeros(1, self.size), x.new_zeros(1, self.size))
        h, c = self.lstm(torch.relu(self.proj(x)), state)
        return self.verb(h), (h, c)


@dataclass
class Adventurer:
    experts: dict[str, str]
    reader: Reader = field(default_factory=Reader)
    recall: int = 12

    def __post_init__(self) -> None:
        self.seen: deque[torch.Tensor] = deque(maxlen=self.recall)
        self.state = None
        self.expert = None

    def new_game(self) -> None:
        self.seen.clear()
        self.state = None

    def switch(self, expert: str) -> None:
        if expert == self.expert:
            return
        self.reader.load_state_dict(torch.load(self.experts[expert]))
        self.expert = expert
        self.state = None
        for x in self.seen:
            _, self.state = self.reader(x, self.state)

    @torch.no_grad()
    def act(self, text: str, dark: bool) -> str:
        self.switch("dark" if dark else "lit")
        x = bag(text)
        logits, self.state = self.reader(x, self.state)
        self.seen.append(x)
        return VERBS[int(logits.argmax())]


def main(games: int = 200) -> None:
    hero = Adventurer({"lit": "reader_lit.pt", "dark": "reader_dark.pt"})
    points = []
    for g in range(games):
        cave = Cave(seed=g)
        hero.new_game()
        text, over = cave.start(), False
        while not over:
            text, over = cave.do(hero.act(text, cave.dark))
        points.append(cave.points)
    print(f"{games} games, mean points {sum(points) / games:.2f}, best {max(points)}")


if __name__ == "__main__":
    main()
