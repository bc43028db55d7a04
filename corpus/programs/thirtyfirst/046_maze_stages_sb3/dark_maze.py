import gymnasium as gym
import numpy as np
from gymnasium import spaces


class DarkMaze(gym.Env):
    """Grid with random pillars, of which only the eight neighbours are felt."""

    metadata = {"render_modes": []}

    def __init__(self, size=5, pillars=0.1, limit=80):
        self.size, self.pillars, self.limit = size, pillars, limit
        self.observation_space = spaces.Box(0.0, 1.0, (11,), np.float32)
        self.action_space = spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        n = self.size
        self.grid = np.ones((n + 2, n + 2), np.float32)
        self.grid[1:-1, 1:-1] = self.np_random.random((n, n)) < self.pillars
        self.at = np.array([1, 1])
        self.goal = self.np_random.integers(2, n + 1, 2)
        self.grid[1, 1] = self.grid[tuple(self.goal)] = 0
        self.t = 0
        self.last = 0
        return self._feel(), {}

    def _feel(self):
        r, c = self.at
        near = np.delete(self.grid[r - 1:r + 2, c - 1:c + 2].ravel(), 4)
        scent = float(np.abs(self.goal - self.at).sum() <= 2)
        return np.concatenate([near, [scent, self.last / 3, self.t / self.limit]]).astype(np.float32)

    def step(self, a):
        move = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)][int(a)])
        new = self.at + move
        bump = self.grid[tuple(new)] > 0
        if not bump:
            self.at = new
        self.last = int(a)
        self.t += 1
        found = bool((self.at == self.goal).all())
        return self._feel(), (1.0 if found else -0.01 - 0.02 * bump), found, self.t >= self.limit, {}
