import numpy as np


class SignalGrid:
    n_junctions, n_phases, obs_dim = 4, 4, 9

    def __init__(self, threads, horizon=720, demand=0.4, seed=0):
        self.threads, self.horizon, self.demand = threads, horizon, demand
        self.rng = np.random.default_rng(seed)
        self.state_dim = self.n_junctions * 4

    def reset(self):
        self.queue = self.rng.integers(0, 6, (self.threads, self.n_junctions, 4)).astype(np.float32)
        self.phase = np.zeros((self.threads, self.n_junctions), dtype=int)
        self.tick = self.rng.integers(0, self.horizon, self.threads)
        return self.observe()

    def observe(self):
        one_hot = np.eye(self.n_phases, dtype=np.float32)[self.phase]
        clock = np.broadcast_to((self.tick / self.horizon)[:, None, None], (*self.phase.shape, 1))
        obs = np.concatenate([self.queue / 20, one_hot, clock], axis=-1).astype(np.float32)
        state = np.repeat((self.queue / 20).reshape(self.threads, 1, -1), self.n_junctions, axis=1)
        return obs, state

    def step(self, phase):
        lost = phase != self.phase
        self.phase = phase
        waiting = np.take_along_axis(self.queue, phase[..., None], -1)[..., 0]
        served = np.minimum(waiting, np.where(lost, 1.0, 3.0))
        np.put_along_axis(self.queue, phase[..., None], (waiting - served)[..., None], -1)
        self.queue[:, :, 0] += 0.5 * np.roll(served, 1, axis=1)
        self.queue += self.rng.poisson(self.demand, self.queue.shape)
        self.queue = np.minimum(self.queue, 40)
        self.tick += 1
        over = self.tick >= self.horizon
        self.queue[over] = self.rng.integers(0, 6, (int(over.sum()), self.n_junctions, 4))
        self.tick[over] = 0
        obs, state = self.observe()
        rewards = -self.queue.sum(-1, keepdims=True) / 40
        return obs, state, rewards, np.repeat(over[:, None], self.n_junctions, axis=1)
