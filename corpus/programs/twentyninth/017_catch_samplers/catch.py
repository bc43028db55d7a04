import numpy as np


class BlinkingCatch:
    """Catch with a ball that is shown only in every third frame. 8 courts per sampler."""

    def __init__(self, courts, rng, rows=12, cols=9):
        self.courts, self.rng, self.rows, self.cols = courts, rng, rows, cols
        self.ball = np.zeros((courts, 2), int)
        self.drift = np.zeros(courts, int)
        self.paddle = np.zeros(courts, int)
        self._serve(np.arange(courts))

    def _serve(self, ids):
        self.ball[ids, 0] = 0
        self.ball[ids, 1] = self.rng.integers(0, self.cols, len(ids))
        self.drift[ids] = self.rng.integers(-1, 2, len(ids))
        self.paddle[ids] = self.cols // 2

    def observe(self):
        shown = (self.ball[:, 0] % 3 == 0).astype(np.float32)
        return np.stack([shown, shown * self.ball[:, 0] / self.rows, shown * self.ball[:, 1] / self.cols,
                         self.paddle / self.cols], 1).astype(np.float32)

    def step(self, actions):
        self.paddle = np.clip(self.paddle + actions - 1, 0, self.cols - 1)
        self.ball[:, 0] += 1
        self.ball[:, 1] = (self.ball[:, 1] + self.drift) % self.cols
        done = self.ball[:, 0] == self.rows - 1
        caught = np.abs(self.ball[:, 1] - self.paddle) <= 1
        reward = np.where(done, np.where(caught, 1.0, -1.0), 0.0).astype(np.float32)
        self._serve(np.flatnonzero(done))
        return self.observe(), reward, done
