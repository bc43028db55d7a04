import numpy as np


class Fishery:
    n_obs = 14
    n_act = 9
    season = 365

    def __init__(self, n_boats, seed=0):
        self.n_boats = n_boats
        self.rng = np.random.default_rng(seed)
        self.stock = self.rng.gamma(2.0, 1.0, (30, 30))

    def reset(self):
        self.pos = self.rng.integers(0, 30, (self.n_boats, 2))
        self.fuel = np.full(self.n_boats, 100.0)
        self.hold = np.zeros(self.n_boats)
        self.day = np.zeros(self.n_boats, dtype=int)
        return self._obs()

    def _obs(self):
        o = np.zeros((self.n_boats, self.n_obs), dtype=np.float32)
        o[:, :2] = self.pos / 30
        o[:, 2] = self.fuel / 100
        o[:, 3] = self.hold / 20
        o[:, 4] = self.day / self.season
        o[:, 5:] = self.rng.normal(0, 0.1, (self.n_boats, self.n_obs - 5))
        return o

    def step(self, a):
        move = np.stack([a // 3 - 1, a % 3 - 1], 1)
        self.pos = np.clip(self.pos + move, 0, 29)
        self.fuel -= 0.2 + np.abs(move).sum(1) * 0.3
        got = self.stock[self.pos[:, 0], self.pos[:, 1]] * self.rng.uniform(0, 0.2, self.n_boats)
        self.hold += got
        self.day += 1
        done = (self.fuel <= 0) | (self.day >= self.season)
        landed = self.hold[done].tolist()
        n = int(done.sum())
        self.pos[done] = self.rng.integers(0, 30, (n, 2))
        self.fuel[done], self.hold[done], self.day[done] = 100.0, 0.0, 0
        return self._obs(), got, done, {"landed": landed}
