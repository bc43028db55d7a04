import numpy as np


class Crossing:
    """Four approaches, two phases plus all-red; one decision every five seconds for an hour."""

    obs_dim = 8
    n_phases = 3
    horizon = 720

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.t = 0
        self.queue = np.zeros(4)
        self.rate = self.rng.uniform(0.3, 1.6, 4)
        self.green_for = 0
        self.phase = 0
        return self._obs()

    def _obs(self):
        seen = self.queue + self.rng.normal(0, 0.5, 4)
        head = np.zeros(3)
        head[self.phase] = 1.0
        return np.concatenate([seen / 20, head, [self.green_for / 12]]).astype(np.float32)

    def step(self, phase):
        self.green_for = self.green_for + 1 if phase == self.phase else 0
        self.phase = phase
        self.queue += self.rng.poisson(self.rate)
        if self.green_for > 0 and phase < 2:
            lanes = [0, 2] if phase == 0 else [1, 3]
            self.queue[lanes] = np.maximum(self.queue[lanes] - 3, 0)
        self.t += 1
        reward = -float(self.queue.sum()) / 40
        return self._obs(), reward, self.t >= self.horizon
