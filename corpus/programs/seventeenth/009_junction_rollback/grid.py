import numpy as np


class Grid:
    """rows x cols junctions, two phases each, queues per approach."""

    def __init__(self, rows=4, cols=5, seed=0):
        self.rng = np.random.default_rng(seed)
        self.ids = [f"J{r}{c}" for r in range(rows) for c in range(cols)]
        self.n = len(self.ids)
        self.cols = cols

    def reset(self):
        self.q = np.zeros((self.n, 4))
        self.phase = np.zeros(self.n, int)
        self.since = np.zeros(self.n)
        self.second = 0
        return self.observe()

    def observe(self):
        rows = np.concatenate([self.q / 20, np.eye(2)[self.phase], self.since[:, None] / 60], 1)
        return dict(zip(self.ids, rows.astype(np.float32)))

    def step(self, phases):
        want = np.array([phases[j] for j in self.ids])
        switched = want != self.phase
        self.since = np.where(switched, 0, self.since + 5)
        self.phase = want
        peak = 1 + 0.6 * np.sin(self.second / 86400 * 4 * np.pi)
        self.q += self.rng.poisson(0.5 * peak, self.q.shape)
        served = np.zeros_like(self.q)
        for i in range(self.n):
            lanes = [0, 2] if self.phase[i] == 0 else [1, 3]
            flow = 1.0 if switched[i] else 2.5
            served[i, lanes] = np.minimum(self.q[i, lanes], flow)
        self.q -= served
        right = np.arange(self.n) % self.cols < self.cols - 1
        self.q[1:, 0][right[:-1]] += 0.4 * served[:-1, 0][right[:-1]]
        self.second += 5
        waiting = self.q.sum(1)
        return self.observe(), dict(zip(self.ids, -waiting / 20)), self.second >= 86400
