import numpy as np


class RacketSports:
    """Two-player tennis on a 1-D baseline. One game runs until somebody has four points."""

    obs_dim, n_act = 7, 3

    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.score = np.zeros(2, int)
        self.pos = np.zeros(2)
        self.stamina = np.ones(2)
        self._toss()
        return self._views()

    def _toss(self):
        self.ball = np.array([self.rng.uniform(-1, 1), 0.0])
        self.vel = np.array([self.rng.normal(0, 0.05), self.rng.choice([-0.12, 0.12])])

    def _views(self):
        out = []
        for i, sign in ((0, 1.0), (1, -1.0)):
            out.append(np.array([
                self.pos[i] * sign, self.ball[0] * sign + self.rng.normal(0, 0.1), self.ball[1] * sign,
                self.stamina[i], self.score[i] / 4, self.score[1 - i] / 4, np.sign(self.vel[1]) * sign,
            ], dtype=np.float32))
        return out

    def step(self, acts):
        for i, sign in ((0, 1.0), (1, -1.0)):
            run = (acts[i] - 1) * sign
            self.pos[i] = np.clip(self.pos[i] + 0.12 * self.stamina[i] * run, -1, 1)
            self.stamina[i] = np.clip(self.stamina[i] + (0.02 if run == 0 else -0.01), 0.3, 1)
        self.ball = self.ball + self.vel
        self.vel[0] = -self.vel[0] if abs(self.ball[0]) > 1 else self.vel[0]
        reward = 0.0
        if abs(self.ball[1]) >= 1:
            i = 0 if self.ball[1] < 0 else 1
            if abs(self.pos[i] - self.ball[0]) < 0.3:
                self.vel = np.array([self.vel[0] + self.rng.normal(0, 0.04), -self.vel[1]])
            else:
                self.score[1 - i] += 1
                reward = -1.0 if i == 0 else 1.0
                self._toss()
        return self._views(), reward, bool(self.score.max() >= 4)
