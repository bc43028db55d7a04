import numpy as np


class Building:
    """One shaft, `floors` floors, Poisson arrivals. A day is 960 decisions long."""

    def __init__(self, floors=10, rate=0.25, seed=0):
        self.floors = floors
        self.rate = rate
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.car = 0
        self.t = 0
        self.waiting = np.zeros(self.floors)
        self.riders = np.zeros(self.floors)
        return self._obs()

    def _obs(self):
        pos = np.zeros(self.floors)
        pos[self.car] = 1.0
        clock = [np.sin(2 * np.pi * self.t / 960), np.cos(2 * np.pi * self.t / 960)]
        return np.concatenate([pos, np.minimum(self.waiting, 5) / 5, np.minimum(self.riders, 5) / 5, clock]).astype(np.float32)

    def step(self, action):
        # 0 down, 1 stay and open doors, 2 up
        if action == 0:
            self.car = max(0, self.car - 1)
        elif action == 2:
            self.car = min(self.floors - 1, self.car + 1)
        else:
            self.riders[self.car] = 0
            boarding = int(min(self.waiting[self.car], 8 - self.riders.sum()))
            for _ in range(max(boarding, 0)):
                self.riders[self.rng.integers(self.floors)] += 1
            self.waiting[self.car] -= max(boarding, 0)
        for f in range(self.floors):
            lam = self.rate / self.floors
            if f == 0 and self.t < 240:
                lam *= 6
            self.waiting[f] += self.rng.poisson(lam)
        self.t += 1
        reward = -0.05 * (self.waiting.sum() + 0.5 * self.riders.sum())
        return self._obs(), float(reward), self.t >= 960
