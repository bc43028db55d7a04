import numpy as np


class BookSim:
    """Poisson fills around a random-walk mid; action = (bid offset, ask offset) in ticks."""

    n_obs, n_actions = 6, 9

    def __init__(self, seed, horizon=2000):
        self.rng = np.random.default_rng(seed)
        self.horizon = horizon

    def reset(self):
        self.t, self.inv, self.mid, self.ret = 0, 0, 100.0, np.zeros(3)
        return self._obs()

    def _obs(self):
        return np.array([self.inv / 10, self.t / self.horizon, *self.ret, abs(self.inv) / 10], np.float32)

    def step(self, a):
        bid, ask = 1 + a // 3, 1 + a % 3
        move = 0.02 * self.rng.standard_normal() + 0.3 * 0.02 * np.sign(self.ret[0])
        self.ret = np.array([move * 20, *self.ret[:2]])
        pnl = self.inv * move
        if self.rng.random() < 0.6 * np.exp(-0.5 * bid):
            self.inv += 1
            pnl += 0.01 * bid
        if self.rng.random() < 0.6 * np.exp(-0.5 * ask):
            self.inv -= 1
            pnl += 0.01 * ask
        self.mid += move
        self.t += 1
        reward = pnl * 10 - 0.001 * self.inv ** 2
        return self._obs(), float(reward), self.t >= self.horizon
