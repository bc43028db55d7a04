import gymnasium as gym
import numpy as np


class Tag(gym.Env):
    """A chaser and a runner on a torus; both see a quarter of the field."""

    def __init__(self, size=9, limit=120):
        self.size, self.limit = size, limit
        self.observation_space = gym.spaces.Box(-1, 1, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(5)
        self.opponent = None

    MOVES = np.array([[0, 0], [0, 1], [1, 0], [0, -1], [-1, 0]])

    def _see(self, me, other):
        d = (self.p[other] - self.p[me] + self.size // 2) % self.size - self.size // 2
        near = np.abs(d).max() <= 2
        return np.array([d[0] / 4, d[1] / 4, 1.0] if near else [0, 0, -1.0], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.p = self.np_random.integers(0, self.size, (2, 2))
        self.t = 0
        if self.opponent is not None:
            self.opponent.begin()
        return self._see(0, 1), {}

    def step(self, action):
        foe = self.np_random.integers(5) if self.opponent is None else self.opponent.act(self._see(1, 0))
        for i, a in enumerate((action, foe)):
            self.p[i] = (self.p[i] + self.MOVES[int(a)]) % self.size
        self.t += 1
        caught = bool((self.p[0] == self.p[1]).all())
        return self._see(0, 1), 1.0 if caught else -0.01, caught, self.t >= self.limit, {}
