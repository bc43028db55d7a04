import numpy as np


class LiftBank:
    """One car, `floors` floors. A day has `day_len` ticks, the controller sees calls but not queue lengths."""

    ACTIONS = ("down", "stay", "up")

    def __init__(self, floors=8, day_len=4320, seed=None):
        self.floors = floors
        self.day_len = day_len
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 2 * floors + 2

    def reset(self):
        self.t = 0
        self.car = 0
        self.queue = np.zeros(self.floors, dtype=int)
        self.inside = np.zeros(self.floors, dtype=int)
        return self._obs()

    def _obs(self):
        calls = (self.queue > 0).astype(np.float32)
        buttons = (self.inside > 0).astype(np.float32)
        tail = [self.car / (self.floors - 1), self.t / self.day_len]
        return np.concatenate([calls, buttons, tail]).astype(np.float32)

    def _arrivals(self):
        morning = np.exp(-((self.t / self.day_len - 0.25) ** 2) / 0.01)
        rate = np.full(self.floors, 0.01)
        rate[0] += 0.1 * morning
        self.queue += self.rng.poisson(rate)

    def step(self, action):
        self.t += 1
        self._arrivals()
        self.car = int(np.clip(self.car + action - 1, 0, self.floors - 1))
        if action == 1:
            self.inside[self.car] = 0
            boarding = min(self.queue[self.car], 10 - self.inside.sum())
            self.queue[self.car] -= boarding
            for _ in range(boarding):
                dest = 0 if self.car else int(self.rng.integers(1, self.floors))
                self.inside[dest] += 1
        reward = -0.01 * float(self.queue.sum() + self.inside.sum())
        return self._obs(), reward, self.t >= self.day_len
