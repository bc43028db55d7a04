import numpy as np


class Sea:
    """Convoy on the left side, raider on the right; either knows the other only from pings."""

    obs_dim, n_actions = 6, 4
    STEPS = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])

    def __init__(self, seed, n=12, limit=150):
        self.rng = np.random.default_rng(seed)
        self.n, self.limit = n, limit

    def reset(self):
        self.ship = np.array([0, self.rng.integers(self.n)])
        self.raider = np.array([self.n - 1, self.rng.integers(self.n)])
        self.t = 0
        return self._pings()

    def _pings(self):
        ping = self.rng.random() < 0.25
        def view(me, you):
            d = (you - me) * ping
            return np.array([*(me / self.n), *(d / self.n), ping, self.t / self.limit], dtype=np.float32)
        return view(self.ship, self.raider), view(self.raider, self.ship)

    def step(self, a, b):
        self.ship = np.clip(self.ship + self.STEPS[a], 0, self.n - 1)
        if self.t % 3:
            self.raider = np.clip(self.raider + self.STEPS[b], 0, self.n - 1)
        self.t += 1
        caught = np.abs(self.ship - self.raider).sum() <= 1
        home = self.ship[0] == self.n - 1 and not caught
        reward = -1.0 if caught else (1.0 if home else -0.005)
        return self._pings(), reward, bool(caught or home or self.t >= self.limit)
