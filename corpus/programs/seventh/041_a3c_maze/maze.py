import numpy as np


class Maze:
    """T-maze: the hint at the start says on which side the prize is."""

    n_actions = 4
    obs_dim = 7

    def __init__(self, length=12, max_steps=80, seed=0):
        self.length = length
        self.max_steps = max_steps
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.side = 1 if self.rng.rand() < 0.5 else -1
        self.x, self.y, self.t = 0, 0, 0
        return self.obs()

    def obs(self):
        o = np.zeros(self.obs_dim, dtype=np.float32)
        if self.x == 0:
            o[0 if self.side > 0 else 1] = 1.0
        o[2] = float(self.x == self.length)
        o[3] = float(self.y != 0)
        o[4] = self.rng.rand()
        o[5] = self.t / self.max_steps
        o[6] = 1.0
        return o

    def step(self, a):
        self.t += 1
        reward, done = -0.01, False
        if a == 0:
            self.x = min(self.x + 1, self.length)
        elif a == 1:
            self.x = max(self.x - 1, 0)
        elif self.x == self.length:
            chosen = 1 if a == 2 else -1
            reward = 1.0 if chosen == self.side else -1.0
            self.y, done = chosen, True
        return self.obs(), reward, done or self.t >= self.max_steps
