import numpy as np

STEPS = [(0, 1), (0, -1), (1, 0), (-1, 0)]


class Maze(object):
    """Random walls each episode, the walker sees 5 x 5 cells around itself."""

    def __init__(self, seed, size=15, max_len=300):
        self.rng = np.random.RandomState(seed)
        self.size = size
        self.max_len = max_len

    def reset(self):
        s = self.size + 4
        self.wall = np.ones((s, s), np.float32)
        self.wall[2:-2, 2:-2] = self.rng.rand(self.size, self.size) < 0.25
        self.pos = (2, 2)
        self.goal = (self.size + 1, self.size + 1)
        self.wall[self.pos] = self.wall[self.goal] = 0.0
        self.length = 0
        return self._crop()

    def _crop(self):
        y, x = self.pos
        goal = np.zeros_like(self.wall)
        goal[self.goal] = 1.0
        win = (slice(y - 2, y + 3), slice(x - 2, x + 3))
        return np.stack([self.wall[win], goal[win]])

    def step(self, action):
        dy, dx = STEPS[action]
        new = (self.pos[0] + dy, self.pos[1] + dx)
        reward = -0.01
        if self.wall[new]:
            reward = -0.05
        else:
            self.pos = new
        self.length += 1
        done = self.pos == self.goal
        if done:
            reward = 1.0
        return self._crop(), reward, done or self.length >= self.max_len
