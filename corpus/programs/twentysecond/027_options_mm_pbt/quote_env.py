import numpy as np

SPREADS = [0.01, 0.02, 0.04]
SKEWS = [-0.01, 0.0, 0.01]


class QuoteVecEnv:
    """One strike per env. Auto-resets at expiry like gym's vector envs."""

    def __init__(self, n, seed=0, expiry=250):
        self.n, self.expiry = n, expiry
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.n_actions = 4, len(SPREADS) * len(SKEWS)

    def _fresh(self, idx):
        self.mid[idx] = 1.0
        self.vol[idx] = self.rng.uniform(0.005, 0.03, idx.sum())
        self.inv[idx] = 0.0
        self.t[idx] = self.rng.integers(0, 50, idx.sum())

    def reset(self):
        self.mid, self.vol, self.inv, self.t = (np.zeros(self.n) for _ in range(4))
        self._fresh(np.ones(self.n, bool))
        return self._obs()

    def _obs(self):
        return np.stack([self.mid - 1, self.last if hasattr(self, "last") else self.mid * 0, self.inv / 10, self.t / self.expiry], 1)

    def step(self, action):
        spread = np.take(SPREADS, action // len(SKEWS))
        skew = np.take(SKEWS, action % len(SKEWS))
        buy = self.rng.random(self.n) < np.exp(-60 * np.clip(spread - skew, 0, None))
        sell = self.rng.random(self.n) < np.exp(-60 * np.clip(spread + skew, 0, None))
        self.last = self.rng.normal(0, self.vol)
        self.inv += buy.astype(float) - sell
        reward = buy * spread + sell * spread + self.inv * self.last - 1e-4 * self.inv ** 2
        self.mid += self.last
        self.t += 1
        done = self.t >= self.expiry
        if done.any():
            self._fresh(done)
        return self._obs(), reward, done.astype(np.float32)
