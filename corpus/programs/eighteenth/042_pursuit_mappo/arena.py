import numpy as np


class Arena:
    """n_envs torus arenas, three pursuers against one faster evader. Agents see only what's within their range."""

    MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], float)

    def __init__(self, n_envs, n_pursuers=3, sight=0.4, limit=250, seed=0):
        self.n, self.k, self.sight, self.limit = n_envs, n_pursuers, sight, limit
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 2 + 3 * n_pursuers + 1

    def _spawn(self, idx):
        self.pos[idx] = self.rng.uniform(0, 1, (len(idx), self.k + 1, 2))
        self.t[idx] = 0

    def reset(self):
        self.pos = np.zeros((self.n, self.k + 1, 2))
        self.t = np.zeros(self.n, int)
        self._spawn(np.arange(self.n))
        return self.observe()

    def observe(self):
        diff = self.pos[:, None] - self.pos[:, :, None]
        diff = (diff + 0.5) % 1 - 0.5
        near = np.linalg.norm(diff, axis=-1) < self.sight
        out = np.zeros((self.n, self.k + 1, self.obs_dim), np.float32)
        for i in range(self.k + 1):
            others = [j for j in range(self.k + 1) if j != i]
            seen = near[:, i, others]
            rel = diff[:, i, others] * seen[..., None]
            out[:, i] = np.concatenate(
                [self.pos[:, i], rel.reshape(self.n, -1), seen, (self.t / self.limit)[:, None]], 1)
        return out[:, :self.k], out[:, self.k]

    def step(self, chase, flee):
        self.pos[:, :self.k] += 0.02 * self.MOVES[chase]
        self.pos[:, self.k] += 0.026 * self.MOVES[flee]
        self.pos %= 1
        self.t += 1
        d = (self.pos[:, :self.k] - self.pos[:, self.k:] + 0.5) % 1 - 0.5
        caught = (np.linalg.norm(d, axis=-1) < 0.05).any(1)
        done = caught | (self.t >= self.limit)
        reward = np.where(caught, 5.0, -0.02)
        self._spawn(np.flatnonzero(done))
        return self.observe(), reward.astype(np.float32), done
