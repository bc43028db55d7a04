import numpy as np


class SlalomVec:
    """N racing drones on a slalom: hold speed, be at the pole's side when it passes. Poles are seen for a moment only."""

    def __init__(self, n, poles=30, seed=0):
        self.n, self.poles = n, poles
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.act_dim = 5, 2

    def _spawn(self, mask):
        k = int(mask.sum())
        self.y[mask], self.vy[mask], self.speed[mask] = 0.0, 0.0, 3.0
        self.dist[mask] = self.rng.uniform(8, 14, k)
        self.side[mask] = self.rng.choice([-1.0, 1.0], k)
        self.passed[mask] = 0

    def reset(self):
        self.y, self.vy, self.speed, self.dist, self.side = (np.zeros(self.n) for _ in range(5))
        self.passed = np.zeros(self.n, dtype=int)
        self._spawn(np.ones(self.n, dtype=bool))
        return self._obs()

    def _obs(self):
        seen = (self.dist > 6).astype(float)
        return np.stack([self.y / 3, self.vy / 3, self.speed / 6, seen * self.side, seen], 1).astype(np.float32)

    def step(self, act):
        act = np.clip(act, -1, 1)
        self.vy = 0.9 * self.vy + 0.4 * act[:, 0]
        self.speed = np.clip(self.speed + 0.1 * act[:, 1], 1.0, 6.0)
        self.y = self.y + 0.1 * self.vy
        self.dist = self.dist - 0.1 * self.speed
        reward = 0.01 * self.speed
        at = self.dist <= 0
        good = at & (self.y * self.side > 0.5)
        crash = (at & ~good) | (np.abs(self.y) > 4)
        reward = reward + 1.0 * good - 2.0 * crash
        self.passed[good] += 1
        self.dist[at] = self.rng.uniform(8, 14, int(at.sum()))
        self.side[at] = self.rng.choice([-1.0, 1.0], int(at.sum()))
        done = crash | (self.passed >= self.poles)
        self._spawn(done)
        return self._obs(), reward.astype(np.float32), done
