import numpy as np
import torch


class AuctionDay:
    """Second price auctions over one day; the bidder scales its bids by a multiplier."""

    def __init__(self, seed=0, budget=300.0, slots=288):
        self.rng = np.random.default_rng(seed)
        self.budget, self.slots = budget, slots

    def reset(self):
        self.left, self.t = self.budget, 0
        self.level = self.rng.uniform(0.6, 1.4)
        self.won = self.cpc = 0.0
        return self._obs()

    def _obs(self):
        frac = self.t / self.slots
        v = [self.left / self.budget, frac, np.sin(2 * np.pi * frac), self.won / 10, self.cpc]
        return torch.tensor([v], dtype=torch.float32)

    def step(self, multiplier):
        frac = self.t / self.slots
        n = self.rng.poisson(4 + 6 * np.sin(np.pi * frac))
        value = self.rng.gamma(2.0, 0.4, n)
        price = self.level * self.rng.gamma(2.0, 0.4, n)
        hit = multiplier * value > price
        spend = float(price[hit].sum())
        gain = float(value[hit].sum())
        self.won = float(hit.sum())
        self.cpc = spend / max(1.0, self.won)
        self.left -= spend
        self.t += 1
        return self._obs(), gain - 0.2 * spend, self.left <= 0 or self.t >= self.slots
