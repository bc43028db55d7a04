import numpy as np


class SwarmVec:
    """E copies of A buoys which search for an oil patch; every copy starts anew by itself when it is done."""

    def __init__(self, n_envs, n_agents, horizon=150, seed=0):
        self.E, self.A, self.H = n_envs, n_agents, horizon
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.n_act = 6, 5

    def _new(self, e):
        self.p[e] = self.rng.uniform(-1, 1, (self.A, 2))
        self.oil[e] = self.rng.uniform(-1, 1, 2)
        self.cur[e] = self.rng.normal(0, 0.005, 2)
        self.t[e] = 0

    def reset(self):
        self.p = np.zeros((self.E, self.A, 2))
        self.oil, self.cur = np.zeros((self.E, 2)), np.zeros((self.E, 2))
        self.t = np.zeros(self.E, int)
        for e in range(self.E):
            self._new(e)
        return self._obs()

    def _smell(self):
        d = np.linalg.norm(self.p - self.oil[:, None], axis=-1)
        return np.where(d < 0.4, 1 - d / 0.4, 0.0)

    def _obs(self):
        s = self._smell()[..., None]
        mate = np.roll(self.p, 1, axis=1) - self.p
        tick = np.broadcast_to((self.t / self.H)[:, None, None], s.shape)
        return np.concatenate([self.p, mate, s, tick], -1).astype(np.float32)

    def step(self, a):
        mv = np.array([(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)]) * 0.05
        self.p = np.clip(self.p + mv[a] + self.cur[:, None], -1.2, 1.2)
        self.oil = np.clip(self.oil + self.cur, -1.2, 1.2)
        self.t += 1
        s = self._smell()
        r = np.repeat(s.sum(1, keepdims=True), self.A, 1) - 0.01
        done = (self.t >= self.H) | (s.min(1) > 0.6)
        for e in np.flatnonzero(done):
            self._new(e)
        return self._obs(), r.astype(np.float32), done
