import numpy as np

N_CALLS = 38  # 35 bids, pass, double, redouble
PASS, DBL, RDBL = 35, 36, 37
OBS_SIZE = 52 + N_CALLS + 2


class Auction:
    order = "NESW"

    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def deal(self):
        cards = self.rng.permutation(52)
        self.hands = {s: cards[i * 13:(i + 1) * 13] for i, s in enumerate(self.order)}
        self.calls = []
        self.high = -1
        self.bidder = None
        self.vul = self.rng.integers(0, 2, 2)
        self.turn = "N"
        self.over = False
        return self._obs()

    def _obs(self):
        v = np.zeros(OBS_SIZE, dtype=np.float32)
        v[self.hands[self.turn]] = 1
        if self.calls:
            v[52 + self.calls[-1]] = 1
        v[-2:] = self.vul
        return v

    def legal(self):
        ok = np.zeros(N_CALLS, dtype=bool)
        ok[self.high + 1:35] = True
        ok[PASS] = True
        return ok

    def call(self, c):
        self.calls.append(c)
        if c < 35:
            self.high, self.bidder = c, self.turn
        n = len(self.calls)
        if n >= 4 and all(k == PASS for k in self.calls[-3:]):
            self.over = True
        self.turn = self.order[n % 4]
        return self._obs()

    def imp_score(self):
        if self.bidder is None:
            return 0.0
        side = "NS" if self.bidder in "NS" else "EW"
        hcp = sum(max(c % 13 - 8, 0) for s in side for c in self.hands[s])
        level = self.high // 5 + 1
        made = hcp >= 17 + 2 * level
        value = (level * 1.5 if made else -2.0 * level)
        return value if side == "NS" else -value
