import numpy as np
import torch


class Aisles:
    """Pick items from a grid of aisles; the picker sees 11 x 11 cells."""

    shape, n_actions = (3, 11, 11), 5

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def _frame(self):
        grid = np.zeros(self.shape, dtype=np.uint8)
        grid[0, self.y, self.x] = 255
        for y, x in self.items:
            grid[1, y, x] = 255
        grid[2, ::2, 1:-1] = 255
        return torch.from_numpy(grid)[None, None]

    def _pack(self, reward, done, action):
        return dict(
            frame=self._frame(),
            reward=torch.tensor(float(reward)).view(1, 1),
            done=torch.tensor(bool(done)).view(1, 1),
            last_action=torch.tensor(int(action)).view(1, 1),
        )

    def _deal(self):
        self.y, self.x, self.t = 5, 0, 0
        self.items = {tuple(self.rng.integers(0, 11, 2)) for _ in range(6)}

    def initial(self):
        self._deal()
        return self._pack(0, True, 0)

    def step(self, action):
        dy, dx = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)][int(action)]
        self.y, self.x = int(np.clip(self.y + dy, 0, 10)), int(np.clip(self.x + dx, 0, 10))
        reward = -0.01
        if (self.y, self.x) in self.items:
            self.items.remove((self.y, self.x))
            reward = 1.0
        self.t += 1
        done = not self.items or self.t >= 200
        if done:
            self._deal()
        return self._pack(reward, done, action)
