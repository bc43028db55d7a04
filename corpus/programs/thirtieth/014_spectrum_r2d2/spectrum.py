import numpy as np


class Spectrum:
    """Primary users hop over the channels after hidden Markov chains; action `channels` is to be silent."""

    def __init__(self, channels=6, slots=200, seed=0):
        self.channels, self.slots = channels, slots
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.busy = self.rng.random(self.channels) < 0.5
        self.stay = self.rng.uniform(0.75, 0.98, self.channels)
        self.t = 0
        return self._obs(self.channels, 0.0)

    def _obs(self, action, ack):
        o = np.zeros(self.channels + 2, np.float32)
        o[action] = 1.0
        o[-1] = ack
        return o

    def step(self, action):
        flip = self.rng.random(self.channels) > self.stay
        self.busy = self.busy ^ flip
        self.t += 1
        if action == self.channels:
            ack, r = 0.0, 0.0
        else:
            ack = -1.0 if self.busy[action] else 1.0
            r = ack
        return self._obs(action, ack), r, self.t >= self.slots
