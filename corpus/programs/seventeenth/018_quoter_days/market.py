import numpy as np


class DayReplay:
    """One recorded trading day per episode: columns mid, imbalance, spread, volume."""

    def __init__(self, files):
        self.files = list(files)
        self.k = -1

    def reset(self):
        self.k = (self.k + 1) % len(self.files)
        self.rows = np.load(self.files[self.k]).astype(np.float32)
        self.i, self.inv = 1, 0
        return self._obs()

    def _obs(self):
        mid, imb, spread, vol = self.rows[self.i]
        ret = (mid / self.rows[self.i - 1][0] - 1) * 1e4
        return np.array([ret, imb, spread, np.log1p(vol), self.inv / 20], np.float32)

    def step(self, skew, width):
        mid, nxt = self.rows[self.i][0], self.rows[self.i + 1][0]
        bid, ask = mid * (1 - (width + skew) * 1e-4), mid * (1 + (width - skew) * 1e-4)
        pnl = self.inv * (nxt - mid)
        if nxt <= bid and self.inv < 20:
            self.inv += 1
            pnl += nxt - bid
        if nxt >= ask and self.inv > -20:
            self.inv -= 1
            pnl += ask - nxt
        self.i += 1
        return self._obs(), float(pnl), self.i + 2 >= len(self.rows)
