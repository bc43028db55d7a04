import json
import math
import random
from dataclasses import dataclass
from pathlib import Path

import torch


@dataclass
class Entry:
    name: str
    path: Path
    elo: float = 1200.0


class EloSampler:
    def __init__(self, root="league", temperature=150.0):
        self.root = Path(root)
        self.root.mkdir(exist_ok=True)
        self.temperature = temperature
        self.entries = []

    def add(self, net, name, elo):
        path = self.root / (name + ".pt")
        torch.save({"net": net.state_dict(), "elo": elo}, path)
        self.entries.append(Entry(name, path, elo))
        self._dump()

    def draw(self):
        top = max(e.elo for e in self.entries)
        w = [math.exp((e.elo - top) / self.temperature) for e in self.entries]
        return random.choices(self.entries, w)[0]

    def update(self, entry, my_elo, score, k=16.0):
        expected = 1 / (1 + 10 ** ((entry.elo - my_elo) / 400))
        delta = k * (score - expected)
        entry.elo -= delta
        return my_elo + delta

    def _dump(self):
        table = {e.name: e.elo for e in self.entries}
        (self.root / "ratings.json").write_text(json.dumps(table, indent=1))
