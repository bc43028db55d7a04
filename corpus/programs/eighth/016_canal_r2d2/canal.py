import numpy as np


class LockChamber:
    """One lock of a canal. Boats arrive from both sides, but only the near side is seen."""

    obs_dim = 4
    n_actions = 3  # wait, fill, drain

    def __init__(self, seed, horizon=200):
        self.rng = np.random.default_rng(seed)
        self.horizon = horizon

    def reset(self):
        self.level = 0.0
        self.up = self.rng.integers(0, 3)
        self.down = self.rng.integers(0, 3)
        self.rate = self.rng.uniform(0.02, 0.1, 2)
        self.t = 0
        return self.obs()

    def obs(self):
        high = self.level >= 1.0
        low = self.level <= 0.0
        return np.array(
            [self.level, self.up / 5 if high else -1.0, self.down / 5 if low else -1.0, self.t / self.horizon],
            dtype=np.float32,
        )

    def step(self, a):
        arrivals = self.rng.random(2) < self.rate
        self.up += int(arrivals[0])
        self.down += int(arrivals[1])
        self.level = float(np.clip(self.level + (0.25 if a == 1 else -0.25 if a == 2 else 0.0), 0, 1))
        reward = -0.01 * (self.up + self.down)
        if a == 0 and self.level >= 1.0 and self.up:
            self.up -= 1
            reward += 1.0
        if a == 0 and self.level <= 0.0 and self.down:
            self.down -= 1
            reward += 1.0
        self.t += 1
        return self.obs(), float(reward), self.t >= self.horizon
