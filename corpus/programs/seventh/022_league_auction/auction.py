import numpy as np


class SequentialAuction:
    """Two bidders, a fixed budget each and a row of lots whose worth shows only on sale."""

    def __init__(self, lots=25, levels=6, seed=None):
        self.lots, self.levels = lots, levels
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 5

    def reset(self):
        self.budget = np.ones(2)
        self.won = np.zeros(2)
        self.mean_worth = self.rng.uniform(0.02, 0.12)
        self.lot, self.last_price, self.last_worth = 0, 0.0, 0.0
        return self.view(0), self.view(1)

    def view(self, who):
        return np.array([self.budget[who], self.lot / self.lots, self.last_price * 5,
                         self.last_worth * 5, self.won[who] - self.won[1 - who]], dtype=np.float32)

    def step(self, bids):
        worth = abs(self.rng.normal(self.mean_worth, 0.03))
        offers = np.minimum(np.array(bids) / (self.levels - 1) * 0.2, self.budget)
        winner = int(offers.argmax()) if offers[0] != offers[1] else int(self.rng.integers(2))
        price = offers[1 - winner]
        self.budget[winner] -= price
        self.won[winner] += worth
        self.lot += 1
        self.last_price, self.last_worth = price, worth
        gain = (worth - 0.5 * price) * (1 if winner == 0 else -1)
        return (self.view(0), self.view(1)), float(gain), self.lot >= self.lots
