import numpy as np


class QuoteVec:
    """Avellaneda-Stoikov like market with a hidden drift; action = (skew, width) index. A day has 2000 ticks."""

    def __init__(self, n, seed=0, ticks=2000):
        self.n, self.ticks = n, ticks
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.n_act = 5, 9

    def reset(self):
        self.t = self.rng.integers(0, self.ticks, self.n)
        self.inventory = np.zeros(self.n)
        self.drift = self.rng.normal(0, 0.02, self.n)
        self.ret = np.zeros(self.n)
        self.fill = np.zeros((self.n, 2))
        return self._obs()

    def _obs(self):
        x = np.stack([self.inventory / 10, self.ret, self.fill[:, 0], self.fill[:, 1], self.t / self.ticks], 1)
        return x.astype(np.float32)

    def step(self, act):
        skew, width = (act // 3 - 1) * 0.05, 0.05 + 0.05 * (act % 3)
        self.ret = self.drift + self.rng.normal(0, 0.1, self.n)
        bid = self.rng.random(self.n) < np.exp(-8 * (width - skew)) * 0.8
        ask = self.rng.random(self.n) < np.exp(-8 * (width + skew)) * 0.8
        self.fill = np.stack([bid, ask], 1).astype(float)
        reward = bid * (width - skew) + ask * (width + skew) + self.inventory * self.ret
        self.inventory += bid.astype(float) - ask
        reward -= 0.002 * self.inventory ** 2
        flip = self.rng.random(self.n) < 0.005
        self.drift[flip] = self.rng.normal(0, 0.02, flip.sum())
        self.t += 1
        done = self.t >= self.ticks
        self.t[done] = 0
        self.inventory[done] = 0.0
        return self._obs(), reward.astype(np.float32), done
