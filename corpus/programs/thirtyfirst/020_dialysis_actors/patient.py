from typing import List, Tuple

import numpy as np


class HaemodialysisSession:
    """Four hours on the machine, a decision every five minutes about the ultrafiltration rate."""

    n_obs = 4
    n_actions = 4
    RATES = (0.0, 6.0, 10.0, 14.0)        # ml/kg/h

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def admit(self) -> List[float]:
        self.excess = self.rng.uniform(1.5, 4.5)       # litres
        self.plasma = 0.0
        self.refill = self.rng.uniform(0.25, 0.6)      # unknown to the controller
        self.frailty = self.rng.uniform(0.5, 1.5)
        self.minute = 0
        self.rate = 0.0
        return self.chart()

    def chart(self) -> List[float]:
        pressure = 1.0 + 0.6 * self.plasma * self.frailty + self.rng.normal(0, 0.03)
        return [pressure, self.rate / 14, self.minute / 240, self.excess / 5]

    def treat(self, action: int) -> Tuple[List[float], float, bool]:
        self.rate = self.RATES[action]
        out = self.rate * 70 / 1000 / 12
        back = self.refill * max(-self.plasma, 0.0) * 0.4
        self.excess = max(self.excess - out, -0.5)
        self.plasma += back - out
        self.minute += 5
        chart = self.chart()
        crash = chart[0] < 0.65
        over = crash or self.minute >= 240
        reward = out - 0.2 * max(0.85 - chart[0], 0.0)
        if crash:
            reward -= 4.0
        elif over:
            reward -= abs(self.excess)
        return chart, reward, over
