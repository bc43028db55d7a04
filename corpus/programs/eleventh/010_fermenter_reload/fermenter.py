#!/usr/bin/env python
"""Feeds a fermenter from the newest policy in a directory; training goes on elsewhere and drops its files there."""
import os
import random
import sys
import time
from typing import List, Optional

import torch
import torch.nn as nn


class FeedPolicy(nn.Module):
    def __init__(self, n_sensors: int = 3, hidden: int = 40):
        super().__init__()
        self.hidden = hidden
        self.cell1 = nn.GRUCell(n_sensors, hidden)
        self.cell2 = nn.GRUCell(hidden, hidden)
        self.head = nn.Linear(hidden, 1)

    def start(self) -> List[torch.Tensor]:
        return [torch.zeros(1, self.hidden) for _ in range(2)]

    def forward(self, x, hs):
        a = self.cell1(x, hs[0])
        b = self.cell2(a, hs[1])
        return torch.sigmoid(self.head(b)), [a, b]


class Fermenter:
    def __init__(self):
        self.new_batch()

    def new_batch(self):
        self.minutes = 0
        self.biomass = 0.5
        self.sugar = 5.0
        self.ph = 6.0

    def sensors(self):
        return [self.ph - 6 + random.gauss(0, 0.02), self.biomass / 20, self.minutes / 2880]

    def feed(self, rate):
        self.minutes += 1
        growth = 0.004 * self.biomass * self.sugar / (1 + self.sugar)
        self.biomass += growth
        self.sugar = max(0.0, self.sugar + 0.05 * rate - 2 * growth)
        self.ph += 0.002 * (6 - self.ph) - 0.01 * growth * self.sugar
        return self.minutes >= 2880


def newest(directory: str) -> Optional[str]:
    names = [n for n in os.listdir(directory) if n.endswith(".pt")]
    if not names:
        return None
    return max((os.path.join(directory, n) for n in names), key=os.path.getmtime)


def main(directory: str, check_every: int = 30, sleep: float = 0.0):
    policy = FeedPolicy()
    policy.eval()
    current = newest(directory)
    if current is None:
        sys.exit(f"no policy in {directory}")
    policy.load_state_dict(torch.load(current, map_location="cpu"))
    tank = Fermenter()
    hs = policy.start()
    batch = 1
    minute = 0
    while True:
        minute += 1
        if minute % check_every == 0:
            path = newest(directory)
            if path is not None and path != current:
                print(f"batch {batch}, minute {tank.minutes}: {os.path.basename(path)}")
                policy.load_state_dict(torch.load(path, map_location="cpu"))
                hs = policy.start()
                current = path
        x = torch.tensor([tank.sensors()])
        with torch.no_grad():
            rate, hs = policy(x, hs)
        finished = tank.feed(rate.item())
        if finished:
            print(f"batch {batch} done, biomass {tank.biomass:.2f}")
            tank.new_batch()
            hs = policy.start()
            batch += 1
        time.sleep(sleep)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "policies")
