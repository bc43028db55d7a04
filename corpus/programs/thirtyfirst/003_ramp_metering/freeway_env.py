import numpy as np


class FreewayVec:
    """Cell transmission with metered on-ramps; one agent per ramp, E freeways side by side."""
    n_rates = 4
    obs_dim = 4

    def __init__(self, n_envs, n_ramps=5, horizon=360, seed=0):
        self.E, self.n_ramps, self.horizon = n_envs, n_ramps, horizon
        self.cent_obs_dim = 2 * n_ramps
        self.rng = np.random.default_rng(seed)

    def _fresh(self, which):
        self.density[which] = self.rng.uniform(10, 25, (len(which), self.n_ramps))
        self.queue[which] = 0.0
        self.clock[which] = 0

    def reset(self):
        self.density = np.zeros((self.E, self.n_ramps))
        self.queue = np.zeros((self.E, self.n_ramps))
        self.clock = np.zeros(self.E, dtype=int)
        self._fresh(np.arange(self.E))
        return self._obs()

    def _obs(self):
        d = self.density
        obs = np.stack([d, np.roll(d, 1, axis=1), np.roll(d, -1, axis=1), self.queue], axis=-1) / 40.0
        cent = np.concatenate([self.density, self.queue], axis=1) / 40.0
        return obs.astype(np.float32), np.repeat(cent[:, None].astype(np.float32), self.n_ramps, axis=1)

    def step(self, rates):
        self.queue += self.rng.poisson(2.0, self.queue.shape)
        enter = np.minimum(self.queue, 1.0 + rates * 1.5)
        self.queue -= enter
        flow = np.clip(self.density, 0, 30) * np.where(self.density > 32, 0.12, 0.2)
        self.density = np.clip(self.density + enter * 0.6 - flow + 0.6 * np.roll(flow, 1, axis=1) * 0.8, 0, 60)
        self.clock += 1
        reward = (flow.mean(1) - 0.05 * self.queue.mean(1))[:, None, None].repeat(self.n_ramps, 1)
        over = self.clock >= self.horizon
        if over.any():
            self._fresh(np.flatnonzero(over))
        dones = np.repeat(over[:, None], self.n_ramps, axis=1)
        obs, cent = self._obs()
        return obs, cent, reward.astype(np.float32), dones
