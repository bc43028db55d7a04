from dataclasses import dataclass
from typing import Tuple

import numpy as np


@dataclass
class Hall:
    """One hall of racks; the job load is not metered, only air temperatures and fan power are."""

    ident: str
    rng: np.random.Generator
    steps: int = 288
    OBS = 5
    ACTIONS = 3

    def begin(self) -> np.ndarray:
        self.k = 0
        self.cold, self.hot = 20.0, 32.0
        self.fan, self.valve = 0.5, 0.5
        self.load = self.rng.uniform(0.3, 0.9)
        return self.meters()

    def meters(self) -> np.ndarray:
        cold = self.cold + self.rng.normal(0, 0.4)
        hot = self.hot + self.rng.normal(0, 0.4)
        return np.array([(cold - 22) / 5, (hot - 34) / 8, self.fan, self.valve, self.k / self.steps], dtype=np.float32)

    def turn(self, action: int) -> Tuple[np.ndarray, float, bool]:
        if action == 1:
            self.fan = 0.3 if self.fan > 0.9 else self.fan + 0.1
        elif action == 2:
            self.valve = 0.2 if self.valve > 0.9 else self.valve + 0.1
        if self.rng.random() < 0.05:
            self.load = float(np.clip(self.load + self.rng.normal(0, 0.25), 0.1, 1.0))
        self.hot += 0.3 * (self.cold + 16 * self.load / (0.3 + self.fan) - self.hot)
        self.cold += 0.3 * (14 + (1 - self.valve) * 14 + 0.1 * (self.hot - 30) - self.cold)
        energy = self.fan ** 3 + 0.8 * self.valve
        over = max(self.cold - 25, 0) + 0.3 * max(self.hot - 42, 0)
        self.k += 1
        alarm = self.cold > 32 or self.hot > 55
        return self.meters(), -energy - over - (10.0 if alarm else 0.0), alarm or self.k >= self.steps
