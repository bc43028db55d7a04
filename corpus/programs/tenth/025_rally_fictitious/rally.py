import numpy as np


class VecRally:
    """Two paddles, one ball, N tables. Left player is index 0."""

    def __init__(self, n, seed=0, max_len=400):
        self.n = n
        self.max_len = max_len
        self.rng = np.random.default_rng(seed)
        self.ball = np.zeros((n, 4), np.float32)
        self.pad = np.zeros((n, 2), np.float32)
        self.t = np.zeros(n, int)

    def _serve(self, idx):
        k = len(idx)
        self.ball[idx, 0] = 0.0
        self.ball[idx, 1] = self.rng.uniform(-0.5, 0.5, k)
        self.ball[idx, 2] = self.rng.choice([-0.05, 0.05], k)
        self.ball[idx, 3] = self.rng.uniform(-0.04, 0.04, k)
        self.pad[idx] = 0.0
        self.t[idx] = 0

    def reset(self):
        self._serve(np.arange(self.n))
        return self.obs()

    def obs(self):
        left = np.concatenate([self.ball[:, :2], self.pad], 1)
        right = left * np.array([-1, 1, 1, 1], np.float32)
        right = right[:, [0, 1, 3, 2]]
        return left.astype(np.float32), right.astype(np.float32)

    def step(self, a_left, a_right):
        self.pad[:, 0] = np.clip(self.pad[:, 0] + 0.06 * (a_left - 1), -1, 1)
        self.pad[:, 1] = np.clip(self.pad[:, 1] + 0.06 * (a_right - 1), -1, 1)
        self.ball[:, :2] += self.ball[:, 2:]
        wall = np.abs(self.ball[:, 1]) > 1
        self.ball[wall, 3] *= -1
        rew = np.zeros(self.n, np.float32)
        done = np.zeros(self.n, bool)
        for side, sign in ((0, -1), (1, 1)):
            at = self.ball[:, 0] * sign >= 1
            hit = at & (np.abs(self.pad[:, side] - self.ball[:, 1]) < 0.2)
            miss = at & ~hit
            self.ball[hit, 2] *= -1
            self.ball[hit, 0] = sign * 0.99
            rew[miss] += sign
            done |= miss
        self.t += 1
        done |= self.t >= self.max_len
        if done.any():
            self._serve(np.flatnonzero(done))
        return self.obs(), rew, done
