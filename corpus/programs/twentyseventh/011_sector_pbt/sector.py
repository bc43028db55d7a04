import numpy as np

TURNS = np.radians([-15.0, 0.0, 15.0])


class Sector:
    """Aircraft cross a round sector; whoever leaves is replaced by a newcomer on the boundary."""

    def __init__(self, level, seed=None):
        self.level = level
        self.n = 3 + 2 * level
        self.rng = np.random.default_rng(seed)

    def _enter(self, idx):
        k = len(idx)
        ang = self.rng.uniform(0, 2 * np.pi, k)
        self.pos[idx] = 40 * np.stack([np.cos(ang), np.sin(ang)], 1)
        self.hdg[idx] = ang + np.pi + self.rng.uniform(-0.4, 0.4, k)
        self.want[idx] = self.hdg[idx]

    def reset(self):
        self.pos = np.zeros((self.n, 2))
        self.hdg = np.zeros(self.n)
        self.want = np.zeros(self.n)
        self._enter(np.arange(self.n))
        return self.observe()

    def _nearest(self):
        d = np.linalg.norm(self.pos[:, None] - self.pos[None], axis=-1) + 1e3 * np.eye(self.n)
        return d.argmin(1), d.min(1)

    def observe(self):
        who, dist = self._nearest()
        rel = self.pos[who] - self.pos
        bearing = np.arctan2(rel[:, 1], rel[:, 0]) - self.hdg
        dh = self.hdg[who] - self.hdg
        off = self.want - self.hdg
        return np.stack([np.minimum(dist, 40) / 40, np.sin(bearing), np.cos(bearing), np.sin(dh),
                         np.cos(dh), np.sin(off)], 1).astype(np.float32)

    def step(self, turns):
        self.hdg = self.hdg + TURNS[turns]
        self.pos = self.pos + 2.0 * np.stack([np.cos(self.hdg), np.sin(self.hdg)], 1)
        _, dist = self._nearest()
        conflict = dist < 5
        reward = -1.0 * conflict - 0.1 * np.abs(np.sin(self.want - self.hdg))
        entered = np.linalg.norm(self.pos, axis=1) > 41
        if entered.any():
            self._enter(np.flatnonzero(entered))
        return self.observe(), reward.astype(np.float32), entered, int(conflict.sum())
