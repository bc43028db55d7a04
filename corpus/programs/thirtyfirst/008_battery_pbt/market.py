from dataclasses import dataclass

import numpy as np


@dataclass
class MarketConfig:
    days: int = 7
    capacity: float = 4.0       # MWh
    power: float = 1.0          # MW
    eta: float = 0.92
    wear: float = 3.0           # EUR per MWh


class IntradayMarket:
    """Quarter hours. The price follows a hidden regime that only shows through the prices themselves."""

    n_obs, n_act = 5, 5
    ACTIONS = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])

    def __init__(self, cfg: MarketConfig, seed: int):
        self.cfg = cfg
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def reset(self) -> np.ndarray:
        self.q = 0
        self.soc = self.cfg.capacity / 2
        self.regime = self.rng.integers(3)
        self.price = 70.0
        return self._obs()

    def _obs(self) -> np.ndarray:
        phi = 2 * np.pi * (self.q % 96) / 96
        return np.array([self.price / 100, self.soc / self.cfg.capacity, np.sin(phi), np.cos(phi),
                         self.q / (96 * self.cfg.days)], dtype=np.float32)

    def step(self, a: int):
        c = self.cfg
        mw = self.ACTIONS[a] * c.power
        energy = mw * 0.25
        if energy > 0:
            energy = min(energy, (c.capacity - self.soc) / c.eta)
            self.soc += energy * c.eta
        else:
            energy = max(energy, -self.soc * c.eta)
            self.soc += energy / c.eta
        profit = -energy * self.price - c.wear * abs(energy)
        if self.rng.random() < 0.02:
            self.regime = self.rng.integers(3)
        level = (45, 75, 140)[self.regime] + 20 * np.sin(2 * np.pi * (self.q % 96) / 96 - 1.2)
        self.price += 0.2 * (level - self.price) + self.rng.normal(0, 6)
        self.q += 1
        return self._obs(), profit / 50, self.q >= 96 * c.days
