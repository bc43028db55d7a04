import numpy as np


class BlockTable:
    """Columns of blocks; the aim is a tower of `height` blocks on the marked column. Only the column under
    the gripper is seen."""

    def __init__(self, columns, height, wobble=0.0, seed=0):
        self.columns, self.height, self.wobble = columns, height, wobble
        self.rng = np.random.default_rng(seed)
        self.limit = 12 * columns * height

    def reset(self):
        self.stacks = np.zeros(self.columns, dtype=int)
        for _ in range(self.height):
            self.stacks[self.rng.integers(self.columns)] += 1
        self.target = int(self.rng.integers(self.columns))
        self.grip, self.holding, self.t = 0, False, 0
        return self.look()

    def look(self):
        return np.array([self.stacks[self.grip] / 5, self.grip == self.target, self.holding, self.grip / 8,
                         self.t == 0], dtype=np.float32)

    def step(self, action):
        before = self.stacks[self.target]
        if action == 0:
            self.grip = max(0, self.grip - 1)
        elif action == 1:
            self.grip = min(self.columns - 1, self.grip + 1)
        elif action == 2 and not self.holding and self.stacks[self.grip]:
            self.stacks[self.grip] -= 1
            self.holding = True
        elif action == 3 and self.holding:
            self.holding = False
            self.stacks[self.grip] += 1
            if self.rng.random() < self.wobble * self.stacks[self.grip]:
                self.stacks[self.grip] -= 1
                self.stacks[self.rng.integers(self.columns)] += 1
        self.t += 1
        solved = self.stacks[self.target] == self.height
        reward = 0.3 * (self.stacks[self.target] - before) + 5.0 * solved - 0.01
        return self.look(), float(reward), bool(solved), self.t >= self.limit
