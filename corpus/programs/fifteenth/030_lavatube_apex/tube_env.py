import numpy as np


class TubeEnv:
    """Branching lava tube; a dead end looks like any other corridor until one is at its end."""

    obs_dim, actions = 5, 3

    def __init__(self, depth=6, seed=0):
        self.rng = np.random.default_rng(seed)
        self.depth = depth

    def reset(self):
        self.code = self.rng.integers(0, 2, self.depth)
        self.level, self.along, self.wrong, self.t = 0, 0, 0, 0
        return self._obs()

    def _obs(self):
        hint = self.code[self.level] if self.along == 0 and self.level < self.depth else 0.5
        return np.array([hint, self.along / 4, self.along == 4, self.wrong > 0, self.t / 200], np.float32)

    def step(self, a):
        self.t += 1
        r = -0.01
        if self.along < 4:
            if a == 2:
                self.along += 1
        elif a < 2:
            if self.wrong:
                self.wrong -= 1
            elif a == self.code[self.level]:
                self.level += 1
                r = 1.0
            else:
                self.wrong = 3
            self.along = 0
        done = self.level == self.depth or self.t >= 200
        return self._obs(), r, done
