import numpy as np


class Line:
    def __init__(self, trains=14, length=24000.0, seed=1):
        self.rng = np.random.default_rng(seed)
        self.pos = np.linspace(0, length, trains, endpoint=False)
        self.length = length
        self.speed = np.full(trains, 11.0)

    def measure(self):
        gaps = np.diff(np.append(self.pos, self.pos[0] + self.length)) / np.maximum(self.speed, 1)
        q = np.quantile(gaps, [0, .1, .25, .5, .75, .9, 1.0])
        feats = np.concatenate([q / 150, [self.speed.mean() / 15, self.speed.std()]])
        return feats, float(gaps.min())

    def command(self, dwell_s, speed_factor):
        noise = self.rng.normal(0, 0.4, self.pos.shape)
        self.speed = np.clip(14 * speed_factor - dwell_s / 20 + noise, 0, 20)
        self.pos = np.sort((self.pos + 5 * self.speed) % self.length)
