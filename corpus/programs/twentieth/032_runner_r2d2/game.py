import numpy as np


class EndlessRunner:
    """Three lanes, obstacles come; only the next two rows can be seen."""

    n_actions = 4  # stay, left, right, jump
    n_obs = 8

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.lane, self.air, self.dist = 1, 0, 0
        self.rows = [np.zeros(3), (self.rng.random(3) < 0.3).astype(float)]
        return self._obs()

    def _obs(self):
        return np.concatenate([self.rows[0], self.rows[1], [self.lane - 1, self.air / 3]]).astype(np.float32)

    def step(self, a):
        if a == 1:
            self.lane = max(0, self.lane - 1)
        elif a == 2:
            self.lane = min(2, self.lane + 1)
        elif a == 3 and self.air == 0:
            self.air = 3
        row = self.rows.pop(0)
        self.rows.append((self.rng.random(3) < 0.3).astype(float))
        self.dist += 1
        hit = row[self.lane] > 0 and self.air == 0
        self.air = max(0, self.air - 1)
        return self._obs(), 0.0 if hit else 0.1, bool(hit or self.dist >= 5000)
