import numpy as np


class Skirmish:
    """Marines vs zerglings on an open map; one order per step for the whole squad."""

    ORDERS = ["hold", "focus_nearest", "focus_weakest", "kite", "spread", "retreat"]
    obs_dim = 8

    def __init__(self, seed=0, limit=240):
        self.rng = np.random.default_rng(seed)
        self.limit = limit

    def reset(self):
        self.ours = self.rng.uniform(0.6, 1.0, self.rng.integers(4, 9))
        self.theirs = self.rng.uniform(0.5, 1.0, self.rng.integers(6, 14))
        self.dist, self.spread, self.cool, self.t = 1.0, 0.3, 0.0, 0
        return self._obs()

    def _obs(self):
        o, e = self.ours, self.theirs
        return np.array([len(o) / 8, o.sum() / 8, len(e) / 13, e.sum() / 13, self.dist,
                         self.spread, self.cool, self.t / self.limit], np.float32)

    def step(self, order):
        name = self.ORDERS[order]
        before = self.theirs.sum() - self.ours.sum()
        self.dist = float(np.clip(self.dist + {"kite": 0.06, "retreat": 0.12}.get(name, -0.05), 0, 1))
        self.spread = float(np.clip(self.spread + (0.1 if name == "spread" else -0.02), 0, 1))
        if name.startswith("focus") and self.cool <= 0 and len(self.theirs):
            i = self.theirs.argmin() if name == "focus_weakest" else self.rng.integers(len(self.theirs))
            self.theirs[i] -= 0.12 * len(self.ours)
            self.cool = 0.3
        self.cool -= 0.1
        if self.dist < 0.3 and len(self.ours):
            hit = self.rng.integers(len(self.ours))
            self.ours[hit] -= 0.04 * len(self.theirs) * (1 - 0.5 * self.spread)
        self.ours, self.theirs = self.ours[self.ours > 0], self.theirs[self.theirs > 0]
        self.t += 1
        reward = before - (self.theirs.sum() - self.ours.sum())
        done = not len(self.ours) or not len(self.theirs) or self.t >= self.limit
        if done and not len(self.theirs):
            reward += 2.0
        return self._obs(), float(reward), bool(done)
