import gymnasium as gym
import numpy as np
from gymnasium import spaces

II_V_I = [(2, 5, 9, 0), (7, 11, 2, 5), (0, 4, 7, 11), (0, 4, 7, 11)]


class JamEnv(gym.Env):
    """Soloist picks eighth notes (12 pitch classes and a rest) over ii-V-I, 8 choruses of 4 bars.

    Only the bass note is heard, the harmony must be worked out from the past.
    """

    def __init__(self, choruses=8, swing=0.1):
        self.length = choruses * 4 * 8
        self.swing = swing
        self.observation_space = spaces.MultiBinary(12 + 13)
        self.action_space = spaces.Discrete(13)

    def _chord(self):
        bar = (self.t // 8) % 4
        return [(n + self.key) % 12 for n in II_V_I[bar]]

    def _obs(self):
        o = np.zeros(25, np.int8)
        chord = self._chord()
        if self.t % 4 == 0 or self.np_random.random() < self.swing:
            o[chord[0]] = 1
        o[12 + self.last] = 1
        return o

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.key = int(self.np_random.integers(12))
        self.t, self.last = 0, 12
        self.line = []
        return self._obs(), {}

    def step(self, note):
        note = int(note)
        chord = self._chord()
        if note == 12:
            r = 0.1 if self.last != 12 else -0.2
        else:
            r = 1.0 if note in chord else (0.2 if self.t % 2 else -0.6)
            if self.last != 12:
                leap = abs(note - self.last)
                r -= 0.1 * max(0, min(leap, 12 - leap) - 3)
            if note == self.last:
                r -= 0.4
        self.last = note
        self.line.append(note)
        self.t += 1
        return self._obs(), r, self.t >= self.length, False, {}
