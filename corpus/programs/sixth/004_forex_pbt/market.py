"""Synthetic FX quotes: three pairs, regime switching, never ends."""
import numpy as np

PAIRS = ("EURUSD", "USDJPY", "GBPUSD")


class QuoteStream:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.drift = self.rng.normal(0, 1e-5, len(PAIRS))
        self.logp = np.zeros(len(PAIRS))
        self.ema = np.zeros(len(PAIRS))

    def tick(self):
        if self.rng.random() < 0.002:
            self.drift = self.rng.normal(0, 3e-5, len(PAIRS))
        ret = self.drift + self.rng.normal(0, 2e-4, len(PAIRS))
        self.logp = self.logp + ret
        self.ema = 0.98 * self.ema + 0.02 * self.logp
        return ret, np.concatenate([ret * 1e3, (self.logp - self.ema) * 1e3]).astype(np.float32)


class Account:
    def __init__(self, spread=2e-5):
        self.pos = np.zeros(len(PAIRS))
        self.spread = spread
        self.equity = 0.0

    def settle(self, target, ret):
        cost = self.spread * np.abs(target - self.pos).sum()
        pnl = float((target * ret).sum() - cost)
        self.pos = target
        self.equity += pnl
        return pnl * 1e3
