import numpy as np


class JunctionGrid:
    """Four-way junction with queues; the action picks the phase that gets green."""

    def __init__(self, horizon=600, rng=None):
        self.horizon = horizon
        self.rng = rng or np.random.default_rng()
        self.n_obs, self.n_act = 9, 4

    def reset(self):
        self.queues = np.zeros(4)
        self.phase = 0
        self.t = 0
        self.rates = self.rng.uniform(0.05, 0.4, size=4)
        return self.observation()

    def observation(self):
        onehot = np.eye(4)[self.phase]
        return np.concatenate([self.queues / 20.0, onehot, [self.t / self.horizon]]).astype(np.float32)

    def step(self, phase):
        self.queues += self.rng.poisson(self.rates)
        served = 1 if phase == self.phase else 0
        self.phase = phase
        self.queues[phase] = max(0, self.queues[phase] - served)
        self.t += 1
        return self.observation(), -float(self.queues.sum()) / 20.0, self.t >= self.horizon
