import numpy as np


class QuoteBook:
    """n independent synthetic markets. Quotes are placed around the mid; informed flow comes in waves nobody announces."""

    OBS, ACTIONS = 5, 6
    SPREADS = np.array([[1, 1], [1, 2], [2, 1], [2, 2], [4, 4], [8, 8]], dtype=float)

    def __init__(self, n, session=2000, seed=0):
        self.n, self.session = n, session
        self.rng = np.random.default_rng(seed)

    def open(self):
        self.mid = np.full(self.n, 1000.0)
        self.inv = np.zeros(self.n)
        self.drift = np.zeros(self.n)
        self.ret = np.zeros(self.n)
        self.fills = np.zeros((self.n, 2))
        self.t = self.rng.integers(0, self.session, self.n)
        return self.view()

    def view(self):
        return np.column_stack([self.inv / 20, self.ret, self.fills, self.t / self.session]).astype(np.float32)

    def step(self, a):
        bid, ask = self.SPREADS[a].T
        turn = self.rng.random(self.n) < 0.01
        self.drift = np.where(turn, self.rng.normal(0, 0.6, self.n), self.drift)
        self.ret = self.drift + self.rng.normal(0, 1.0, self.n)
        hit_bid = self.rng.random(self.n) < np.exp(-0.5 * bid) * (1 + np.clip(-self.drift, 0, 1))
        hit_ask = self.rng.random(self.n) < np.exp(-0.5 * ask) * (1 + np.clip(self.drift, 0, 1))
        self.mid += self.ret
        self.fills = np.column_stack([hit_bid, hit_ask]).astype(float)
        edge = hit_bid * bid + hit_ask * ask
        self.inv += hit_bid.astype(float) - hit_ask.astype(float)
        pnl = edge + self.inv * self.ret - 0.01 * self.inv ** 2
        self.t += 1
        closed = (self.t >= self.session) | (np.abs(self.inv) > 60)
        pnl[closed] -= np.abs(self.inv[closed])
        self.inv[closed] = 0.0
        self.drift[closed] = 0.0
        self.fills[closed] = 0.0
        self.ret[closed] = 0.0
        self.t[closed] = 0
        return self.view(), (pnl / 5).astype(np.float32), closed
