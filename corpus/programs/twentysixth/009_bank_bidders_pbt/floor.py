import numpy as np


class BidFloor:
    """Endless English auction with thinking time.

    Each bidder owns a clock like in chess: answering costs seconds, every tick gives
    an increment back. Who runs out of time has to pass. Lots follow each other without
    a break, prices of earlier lots tell about the later ones.
    """

    def __init__(self, bidders, seed=0):
        self.n = bidders
        self.rng = np.random.default_rng(seed)
        self.clock = np.full(bidders, 60.0)
        self.trend = 0.0
        self.last_price = 0.0
        self._lot()

    def _lot(self):
        self.trend = 0.97 * self.trend + self.rng.normal(0, 0.1)
        self.value = 1.0 + self.trend + self.rng.normal(0, 0.2, self.n)
        self.price, self.leader, self.quiet = 0.3, -1, 0

    def look(self, i):
        return np.array([self.value[i], self.price, self.last_price, float(self.leader == i),
                         self.quiet / 3, self.clock[i] / 60, self.clock.mean() / 60], np.float32)

    def tick(self, acts):
        """acts: 0 pass, 1 small raise, 2 big raise. Returns gains of this tick."""
        gain = np.zeros(self.n, np.float32)
        spent = np.where(acts > 0, self.rng.exponential(4.0, self.n), 0.3)
        can = self.clock > spent
        self.clock = np.clip(self.clock - spent + 1.5, 0, 90)
        offers = np.where(can, acts, 0)
        if offers.any():
            best = offers.max()
            self.leader = int(self.rng.choice(np.flatnonzero(offers == best)))
            self.price += 0.05 * best
            self.quiet = 0
        else:
            self.quiet += 1
        if self.quiet == 3:
            if self.leader >= 0:
                gain[self.leader] = self.value[self.leader] - self.price
            self.last_price = self.price
            self._lot()
        return gain
