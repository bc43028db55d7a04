import numpy as np


class CoverageSwarm:
    """N threads x M drones spread over moving ground targets; all drones share one reward."""

    def __init__(self, threads, drones, horizon=200, seed=0):
        self.n, self.m, self.horizon = threads, drones, horizon
        self.rng = np.random.default_rng(seed)
        self.obs_dim, self.state_dim, self.act_dim = 6, 4 * drones, 2

    def _spawn(self, i):
        self.pos[i] = self.rng.uniform(-1, 1, (self.m, 2))
        self.goal[i] = self.rng.uniform(-1, 1, (self.m, 2))
        self.t[i] = 0

    def reset(self):
        self.pos = np.zeros((self.n, self.m, 2), np.float32)
        self.goal = np.zeros((self.n, self.m, 2), np.float32)
        self.t = np.zeros(self.n, int)
        for i in range(self.n):
            self._spawn(i)
        return self._out()

    def _out(self):
        gap = self.goal[:, None] - self.pos[:, :, None]
        dist = np.linalg.norm(gap, axis=-1)
        near = np.take_along_axis(gap, dist.argmin(-1)[..., None, None], 2)[:, :, 0]
        near = np.where(np.linalg.norm(near, axis=-1, keepdims=True) < 0.6, near, 0)  # camera range
        centre = np.broadcast_to(self.pos.mean(1, keepdims=True), self.pos.shape)
        obs = np.concatenate([self.pos, near, centre], -1).astype(np.float32)
        state = np.concatenate([self.pos, self.goal], -1).reshape(self.n, 1, -1).repeat(self.m, 1)
        return obs, state.astype(np.float32)

    def step(self, act):
        self.pos = np.clip(self.pos + 0.05 * np.clip(act, -1, 1), -1.2, 1.2).astype(np.float32)
        self.goal += self.rng.normal(0, 0.01, self.goal.shape).astype(np.float32)
        d = np.linalg.norm(self.goal[:, None] - self.pos[:, :, None], axis=-1).min(1)
        rew = -d.mean(1)
        self.t += 1
        done = self.t >= self.horizon
        for i in np.flatnonzero(done):
            self._spawn(i)
        obs, state = self._out()
        return obs, state, rew.astype(np.float32), done
