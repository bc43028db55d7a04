import numpy as np


class PickEnv:
    """A picker walks aisles; the order list is shown only in the first three steps."""

    def __init__(self, seed, aisles=6, items=3, limit=80):
        self.rng = np.random.default_rng(seed)
        self.aisles, self.items, self.limit = aisles, items, limit
        self.obs_size = aisles * 2 + 1
        self.act_size = 3

    def reset(self):
        self.where = 0
        self.order = set(self.rng.choice(self.aisles, self.items, replace=False).tolist())
        self.clock = 0
        return self._see()

    def _see(self):
        out = np.zeros(self.obs_size, dtype=np.float32)
        out[self.where] = 1
        if self.clock < 3:
            for a in self.order:
                out[self.aisles + a] = 1
        out[-1] = self.clock / self.limit
        return out

    def step(self, action):
        self.clock += 1
        reward = -0.02
        if action == 0:
            self.where = max(0, self.where - 1)
        elif action == 1:
            self.where = min(self.aisles - 1, self.where + 1)
        elif self.where in self.order:
            self.order.discard(self.where)
            reward += 1.0
        else:
            reward -= 0.3
        over = not self.order or self.clock >= self.limit
        return self._see(), reward, over
