import numpy as np


class FleetEnv:
    obs_dim = 8
    n_actions = 5

    def __init__(self, seed, limit=400):
        self.rng = np.random.default_rng(seed)
        self.limit = limit

    def reset(self):
        self.t = 0
        self.pos = np.zeros(2)
        self.drops = self.rng.uniform(-1, 1, (3, 2))
        self.i = 0
        return self._obs()

    def _obs(self):
        rest = np.zeros(3)
        rest[self.i] = 1
        return np.concatenate([self.pos, self.drops[self.i] - self.pos, rest, [self.t / self.limit]]).astype(np.float32)

    def step(self, a):
        step = [(0, 0), (0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)][a]
        self.pos = self.pos + step + self.rng.normal(0, 0.01, 2)
        self.t += 1
        reward, done = -0.01, self.t >= self.limit
        if np.linalg.norm(self.drops[self.i] - self.pos) < 0.08:
            reward += 1
            if self.i == 2:
                done = True
            else:
                self.i += 1
        return self._obs(), reward, done
