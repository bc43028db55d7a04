import numpy as np


class Crossing:
    """Four arms, two phases. Only the induction loops are seen, not the queues."""

    obs_dim = 6
    n_actions = 2

    def __init__(self, horizon=720, seed=0):
        self.horizon = horizon
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.queue = np.zeros(4)
        self.phase = 0
        self.clear = 0
        self.t = 0
        self.rate = self.rng.uniform(0.05, 0.35, 4)
        return self._obs(np.zeros(4))

    def _obs(self, passed):
        return np.concatenate([passed, [self.phase, self.clear / 3]]).astype(np.float32)

    def step(self, action):
        if self.clear > 0:
            self.clear -= 1
        elif action != self.phase:
            self.phase = int(action)
            self.clear = 3
        arrivals = (self.rng.random(4) < self.rate).astype(float)
        self.queue += arrivals
        if self.clear == 0:
            arms = [0, 2] if self.phase == 0 else [1, 3]
            for k in arms:
                self.queue[k] = max(0.0, self.queue[k] - 1)
        self.t += 1
        return self._obs(arrivals), -float(self.queue.sum()) / 20.0, self.t >= self.horizon
