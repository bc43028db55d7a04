import numpy as np


class WinderVec:
    """N paper mill winders; act on brake torque and nip pressure (binned)."""

    def __init__(self, n, seed=0):
        self.num_agents = n
        self.rng = np.random.default_rng(seed)
        self.s = np.zeros((n, 5), np.float32)

    def _new(self, mask):
        k = int(mask.sum())
        self.s[mask] = np.stack([np.full(k, 0.1), self.rng.normal(1, 0.1, k), np.zeros(k),
                                 self.rng.normal(0.5, 0.1, k), np.zeros(k)], 1)

    def reset(self):
        self._new(np.ones(self.num_agents, bool))
        return self.s.copy()

    def step(self, act):
        brake, nip = act // 3 - 1, act % 3 - 1
        self.s[:, 0] += 0.004
        self.s[:, 1] += 0.05 * brake + self.rng.normal(0, 0.02, self.num_agents)
        self.s[:, 2] = 0.9 * self.s[:, 2] + self.s[:, 1] - 1
        self.s[:, 3] += 0.05 * nip
        self.s[:, 4] = np.abs(self.s[:, 2]) + np.abs(self.s[:, 3] - 0.5)
        rew = 1.0 - self.s[:, 4]
        done = (self.s[:, 0] > 1.0) | (self.s[:, 1] > 1.8)
        rew[done & (self.s[:, 1] > 1.8)] = -10
        if done.any():
            self._new(done)
        return self.s.copy(), rew.astype(np.float32), done
