import numpy as np


class TickMarket:
    """EURUSD ticks from a .npy file with columns bid, ask, volume. One episode is one trading session."""

    def __init__(self, path, session=20000, window=8, fee=2e-6):
        self.data = np.load(path).astype(np.float64)
        self.session = session
        self.window = window
        self.fee = fee
        self.rng = np.random.default_rng()

    @property
    def obs_size(self):
        return self.window + 3

    def reset(self):
        self.i = int(self.rng.integers(self.window + 1, len(self.data) - self.session - 1))
        self.end = self.i + self.session
        self.position = 0
        self.equity = 0.0
        return self._obs()

    def _obs(self):
        mid = self.data[self.i - self.window: self.i + 1, :2].mean(axis=1)
        ret = np.diff(mid) * 1e4
        spread = (self.data[self.i, 1] - self.data[self.i, 0]) * 1e4
        return np.concatenate([ret, [spread, np.log1p(self.data[self.i, 2]), self.position]]).astype(np.float32)

    def step(self, action):
        target = int(action) - 1
        cost = abs(target - self.position) * (self.fee + 0.5 * (self.data[self.i, 1] - self.data[self.i, 0]))
        before = self.data[self.i, :2].mean()
        self.i += 1
        pnl = target * (self.data[self.i, :2].mean() - before) - cost
        self.position = target
        self.equity += pnl
        return self._obs(), float(pnl * 1e4), self.i >= self.end, {"equity": self.equity}
