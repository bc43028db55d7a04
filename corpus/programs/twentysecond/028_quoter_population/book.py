import numpy as np


class OptionBook:
    n_features = 5

    def __init__(self, n_desks, rng, session=390):
        self.n, self.rng, self.session = n_desks, rng, session
        self.reset_all()

    def reset_all(self):
        self.delta = np.zeros(self.n)
        self.vega = np.zeros(self.n)
        self.iv = self.rng.uniform(0.1, 0.5, self.n)
        self.flow = np.zeros(self.n)
        self.minute = np.zeros(self.n)

    def features(self):
        f = np.stack([self.delta / 20, self.vega / 20, self.iv, self.flow, self.minute / self.session], 1)
        return f.astype(np.float32)

    def quote(self, half_spread, skew):
        half_spread = np.log1p(np.exp(half_spread)) * 0.05
        hit = self.rng.random((2, self.n)) < np.exp(-40 * np.stack([half_spread - 0.02 * skew, half_spread + 0.02 * skew]).clip(0))
        self.flow = hit[0].astype(float) - hit[1]
        self.delta += 0.5 * self.flow
        self.vega += 0.2 * self.flow
        d_iv = self.rng.normal(0, 0.004, self.n)
        self.iv = np.clip(self.iv + d_iv, 0.05, 1.0)
        pnl = hit.sum(0) * half_spread + self.vega * d_iv - 2e-4 * self.delta ** 2
        self.minute += 1
        over = self.minute >= self.session
        self.delta[over] = self.vega[over] = self.minute[over] = 0.0
        return self.features(), pnl.astype(np.float32), over.astype(np.float32)
