import numpy as np


class ArmVec:
    def __init__(self, n, seed=0, horizon=120):
        self.n, self.h = n, horizon
        self.rng = np.random.default_rng(seed)

    def _init(self, m):
        k = int(m.sum())
        self.q[m] = self.rng.uniform(-1, 1, (k, 2))
        self.w[m] = 0
        self.goal[m] = self.rng.uniform(-1.2, 1.2, (k, 2))
        self.mass[m] = self.rng.uniform(0.5, 3.0, (k, 1))
        self.t[m] = 0

    def reset(self):
        self.q, self.w, self.goal = (np.zeros((self.n, 2)) for _ in range(3))
        self.mass, self.t = np.ones((self.n, 1)), np.zeros(self.n, int)
        self._init(np.ones(self.n, bool))
        return self.obs()

    def tip(self):
        a, b = self.q[:, 0], self.q.sum(1)
        return np.stack([np.cos(a) + np.cos(b), np.sin(a) + np.sin(b)], 1)

    def obs(self):
        return np.concatenate([self.q, self.w, self.goal, self.goal - self.tip()], 1).astype(np.float32)

    def step(self, u):
        self.w += 0.1 * (np.clip(u, -1, 1) * 4 / self.mass - 0.5 * self.w)
        self.q += 0.1 * self.w
        self.t += 1
        d = np.linalg.norm(self.goal - self.tip(), axis=1)
        done = (self.t >= self.h) | (d < 0.05)
        r = -d + 5.0 * (d < 0.05)
        self._init(done)
        return self.obs(), r.astype(np.float32), done
