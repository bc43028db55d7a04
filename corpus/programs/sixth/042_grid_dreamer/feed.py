import random
from typing import Dict, Iterator, List

import torch


class GridFeed:
    """Stand-in for the SCADA stream: frequency error, line flow, load, wind."""

    def __init__(self, regions: List[str], seed: int = 0):
        self.regions = regions
        self.rng = random.Random(seed)
        self.x = {r: torch.zeros(4) for r in regions}

    def act(self, commands: Dict[str, torch.Tensor]) -> None:
        for r, u in commands.items():
            self.x[r][1] += 0.1 * u[0]
            self.x[r][0] -= 0.02 * u[1]

    def __iter__(self) -> Iterator[Dict[str, torch.Tensor]]:
        while True:
            for r in self.regions:
                noise = torch.tensor([self.rng.gauss(0, 0.05) for _ in range(4)])
                self.x[r] = 0.99 * self.x[r] + noise
            yield {r: v.clone() for r, v in self.x.items()}

    def events(self):
        u = self.rng.random()
        if u < 0.001:
            return "island", self.rng.choice(self.regions)
        if u < 0.003:
            return "reconnect", self.rng.choice(self.regions)
        return None
