import numpy as np


class KartTrack:
    """Two karts on an oval, drafting and bumps; first over 3 laps wins."""

    obs_size, n_actions = 6, 6

    def __init__(self, seed=0, length=100.0, laps=3):
        self.rng = np.random.default_rng(seed)
        self.length, self.goal = length, length * laps

    def reset(self):
        self.s = np.zeros(2)
        self.v = np.zeros(2)
        self.lat = np.array([-0.5, 0.5])
        self.t = 0
        return self._obs(0), self._obs(1)

    def _obs(self, i):
        j = 1 - i
        phase = 2 * np.pi * (self.s[i] % self.length) / self.length
        return np.array([np.sin(phase), np.cos(phase), self.v[i] / 10, self.lat[i],
                         np.clip(self.s[j] - self.s[i], -5, 5) / 5, self.lat[j]], dtype=np.float32)

    def step(self, a0, a1):
        for i, a in enumerate((a0, a1)):
            gas, turn = divmod(int(a), 3)
            gap = self.s[1 - i] - self.s[i]
            draft = 0.3 if 0 < gap < 4 and abs(self.lat[0] - self.lat[1]) < 0.4 else 0.0
            self.v[i] += 0.1 * (6.0 * gas - 0.5 * self.v[i] * (1 - draft))
            self.lat[i] = np.clip(self.lat[i] + 0.1 * (turn - 1) + self.rng.normal(0, 0.02), -1, 1)
        if abs(self.s[0] - self.s[1]) < 0.5 and abs(self.lat[0] - self.lat[1]) < 0.2:
            self.v *= 0.8
        self.s += 0.1 * self.v
        self.t += 1
        done = bool((self.s >= self.goal).any() or self.t >= 1500)
        reward = 0.01 * self.v[0] - 0.01 * self.v[1]
        if done:
            reward += 5.0 if self.s[0] > self.s[1] else -5.0
        return self._obs(0), self._obs(1), float(reward), done
