import numpy as np

MOVES = np.array([[0, 1], [0, -1], [1, 0], [-1, 0]])


class HiddenGoal:
    """Grids with an unseen goal that stays where it is during one trial; a trial has several episodes."""

    def __init__(self, batch, size=5, episodes=4, length=15, seed=0):
        self.batch, self.size, self.episodes, self.length = batch, size, episodes, length
        self.rng = np.random.default_rng(seed)

    def new_trial(self):
        self.goal = self.rng.integers(0, self.size, (self.batch, 2))
        return self.new_episode()

    def new_episode(self):
        self.pos = np.zeros((self.batch, 2), int) + self.size // 2
        self.last_a = np.full(self.batch, 4)
        self.last_r = np.zeros(self.batch)
        self.n = 0
        return self.features(first=True)

    def features(self, first=False):
        f = np.zeros((self.batch, 2 * self.size + 5 + 2), np.float32)
        rows = np.arange(self.batch)
        f[rows, self.pos[:, 0]] = 1
        f[rows, self.size + self.pos[:, 1]] = 1
        f[rows, 2 * self.size + self.last_a] = 1
        f[:, -2] = self.last_r
        f[:, -1] = float(first)
        return f

    def step(self, a):
        self.pos = np.clip(self.pos + MOVES[a], 0, self.size - 1)
        r = (self.pos == self.goal).all(1).astype(np.float64)
        self.last_a, self.last_r = a, r
        self.n += 1
        return self.features(), r, self.n >= self.length
