import numpy as np

CHORDS = [(0, 4, 7), (2, 5, 9), (4, 7, 11), (5, 9, 0), (7, 11, 2), (9, 0, 4), (11, 2, 5)]
SCALE = [0, 2, 4, 5, 7, 9, 11]


class Accompany(object):
    """A melody walks through a hidden key; the player answers every beat with a chord."""

    num_inputs = 13
    num_chords = len(CHORDS)

    def __init__(self, seed, beats=256):
        self.rng = np.random.RandomState(seed)
        self.beats = beats

    def reset(self):
        self.t = 0
        self.key = self.rng.randint(12)
        self.degree = 0
        self.prev = 0
        return self._obs()

    def _obs(self):
        self.degree = int(np.clip(self.degree + self.rng.randint(-2, 3), 0, 6))
        self.note = (SCALE[self.degree] + self.key) % 12
        v = np.zeros(self.num_inputs, dtype=np.float32)
        v[self.note] = 1
        v[12] = (self.t % 4) / 4.0
        return v

    def step(self, chord):
        tones = [(n + self.key) % 12 for n in CHORDS[chord]]
        reward = 1.0 if self.note in tones else -0.3
        if self.t % 4 == 0 and chord == self.prev:
            reward -= 0.2
        self.prev = chord
        self.t += 1
        if self.rng.rand() < 0.01:
            self.key = (self.key + 7) % 12
        return self._obs(), reward, self.t >= self.beats
