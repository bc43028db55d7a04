import numpy as np


class VecAuction:
    """Many repeated sealed-bid auctions side by side, two bidders each.

    An auction series ends when both budgets are used up or after a random number of rounds,
    and a new one starts in the same row at once.
    """

    obs_dim = 4
    n_bids = 6

    def __init__(self, num_envs, seed=0):
        self.num_envs = num_envs
        self.rng = np.random.default_rng(seed)
        self.budget = np.zeros((num_envs, 2))
        self.value = np.zeros((num_envs, 2))
        self.won_last = np.zeros((num_envs, 2))
        self.rounds = np.zeros(num_envs, dtype=int)
        self.limit = np.zeros(num_envs, dtype=int)

    def reset(self):
        self._start(np.ones(self.num_envs, dtype=bool))
        return self.observe(0), self.observe(1)

    def _start(self, rows):
        n = int(rows.sum())
        self.budget[rows] = 10.0
        self.value[rows] = self.rng.uniform(0, 1, (n, 2))
        self.won_last[rows] = 0.0
        self.rounds[rows] = 0
        self.limit[rows] = self.rng.integers(15, 60, n)

    def observe(self, seat):
        return np.stack(
            [self.budget[:, seat] / 10.0, self.value[:, seat], self.won_last[:, seat], self.rounds / 60.0], axis=1
        ).astype(np.float32)

    def step(self, bids0, bids1):
        bids = np.stack([bids0, bids1], axis=1) / (self.n_bids - 1)
        bids = np.minimum(bids, self.budget)
        tie = self.rng.uniform(0, 1e-3, bids.shape)
        winner = np.argmax(bids + tie, axis=1)
        rows = np.arange(self.num_envs)
        price = bids[rows, winner]
        self.budget[rows, winner] -= price
        profit = self.value[rows, winner] - price
        reward0 = np.where(winner == 0, profit, 0.0)
        reward1 = np.where(winner == 1, profit, 0.0)
        self.won_last[:] = 0.0
        self.won_last[rows, winner] = 1.0
        self.value = self.rng.uniform(0, 1, self.value.shape)
        self.rounds += 1
        done = (self.rounds >= self.limit) | (self.budget.sum(axis=1) < 1e-3)
        if done.any():
            self._start(done)
        return self.observe(0), self.observe(1), (reward0 - reward1).astype(np.float32), done
