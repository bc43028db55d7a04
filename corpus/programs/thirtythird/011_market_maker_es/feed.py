import numpy as np


def ticks(seed, vol=0.02, spread=0.05):
    """Endless stream of (features, mid, flow)."""
    rng = np.random.default_rng(seed)
    mid, drift, ewma = 100.0, 0.0, 0.0
    while True:
        drift = 0.97 * drift + rng.normal(0, vol / 10)
        ret = drift + rng.normal(0, vol)
        mid *= 1 + ret / 100
        ewma = 0.9 * ewma + 0.1 * ret
        flow = rng.normal(drift * 5, 1.0)
        feats = np.array([ret / vol, ewma / vol, flow, spread], dtype=np.float32)
        yield feats, mid, flow


class Book:
    def __init__(self, fee=0.0002, limit=10):
        self.fee, self.limit = fee, limit
        self.inventory, self.cash = 0, 0.0
        self.last_mid = None

    def mark(self, mid):
        return self.cash + self.inventory * mid

    def quote(self, bid_off, ask_off, mid, flow):
        before = self.mark(mid) if self.last_mid is None else self.mark(self.last_mid)
        if flow < -bid_off and self.inventory < self.limit:
            self.inventory += 1
            self.cash -= mid * (1 - 0.0004 * bid_off) * (1 + self.fee)
        if flow > ask_off and self.inventory > -self.limit:
            self.inventory -= 1
            self.cash += mid * (1 + 0.0004 * ask_off) * (1 - self.fee)
        self.last_mid = mid
        return self.mark(mid) - before - 0.0005 * abs(self.inventory)
