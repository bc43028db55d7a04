import numpy as np


class YardEnv:
    """Hump yard with 6 classification tracks; choose a track or hold the engine."""

    n_tracks = 6
    n_obs = 6 * 2 + 4
    n_act = 7

    def __init__(self, seed=0, shift=480):
        self.rng = np.random.default_rng(seed)
        self.shift = shift

    def reset(self):
        self.t = 0
        self.fill = np.zeros(self.n_tracks)
        self.mix = np.zeros(self.n_tracks)
        self._next_wagon()
        return self._obs()

    def _next_wagon(self):
        self.dest = self.rng.integers(0, 4)

    def _obs(self):
        one = np.eye(4)[self.dest]
        return np.concatenate([self.fill / 30, self.mix / 10, one]).astype(np.float32)

    def step(self, a):
        r = -0.05
        if a < self.n_tracks:
            if self.fill[a] >= 30:
                r -= 1.0
            else:
                self.fill[a] += 1
                wrong = a % 4 != self.dest
                self.mix[a] += wrong
                r += -0.5 if wrong else 0.3
            self._next_wagon()
        if self.t % 60 == 59:
            k = int(self.fill.argmax())
            self.fill[k] = self.mix[k] = 0
        self.t += 1
        return self._obs(), r, self.t >= self.shift
