import numpy as np


class Corridor:
    """Cell transmission model with three metered on-ramps."""

    n_ramps = 3
    n_cells = 12
    n_rates = 27
    n_obs = n_cells + n_ramps

    def __init__(self, seed=0, horizon=720):
        self.rng = np.random.default_rng(seed)
        self.horizon = horizon

    def reset(self):
        self.t = 0
        self.rho = self.rng.uniform(10, 30, self.n_cells)
        self.queue = np.zeros(self.n_ramps)
        return self._obs()

    def _obs(self):
        return np.concatenate([self.rho / 100, self.queue / 50]).astype(np.float32)

    def step(self, action):
        rates = np.array([action % 3, action // 3 % 3, action // 9]) * 4 + 4
        demand = self.rng.poisson(7, self.n_ramps)
        release = np.minimum(rates, self.queue + demand)
        self.queue += demand - release
        send = np.minimum(0.9 * self.rho, 25)
        recv = np.minimum(25, 0.3 * (120 - self.rho))
        flow = np.minimum(send[:-1], recv[1:])
        self.rho[:-1] -= flow
        self.rho[1:] += flow
        self.rho[-1] -= send[-1]
        self.rho[0] += self.rng.uniform(12, 20)
        self.rho[[2, 5, 8]] += release
        self.rho = np.clip(self.rho, 0, 120)
        self.t += 1
        reward = send[-1] / 25 - self.queue.sum() / 150
        return self._obs(), float(reward), self.t >= self.horizon
