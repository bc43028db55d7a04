import numpy as np


class Field:
    STEPS = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])

    def __init__(self, side=30, seed=5):
        self.side = side
        self.count = {"fox": 6, "rabbit": 24}
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.at = {k: self.rng.integers(0, self.side, (n, 2)) for k, n in self.count.items()}
        self.alive = np.ones(self.count["rabbit"], bool)
        self.clover = self.rng.random((self.side, self.side))

    def sense(self, kind):
        me = self.at[kind]
        other = self.at["rabbit"][self.alive] if kind == "fox" else self.at["fox"]
        if len(other) == 0:
            other = np.full((1, 2), self.side // 2)
        d = other[None] - me[:, None]
        near = d[np.arange(len(me)), np.abs(d).sum(-1).argmin(1)] / self.side
        x, y = me.T
        right, up = self.clover[(x + 1) % self.side, y], self.clover[x, (y + 1) % self.side]
        return np.stack([near[:, 0], near[:, 1], self.clover[x, y], right, up, np.ones(len(me))], 1).astype(np.float32)

    def tick(self, moves):
        for k, m in moves.items():
            self.at[k] = (self.at[k] + self.STEPS[m]) % self.side
        x, y = self.at["rabbit"].T
        food = np.where(self.alive, self.clover[x, y], 0.0)
        self.clover[x[self.alive], y[self.alive]] *= 0.5
        self.clover = np.minimum(1.0, self.clover + 0.01)
        d = np.abs(self.at["fox"][:, None] - self.at["rabbit"][None]).sum(-1)
        caught = (d <= 1).any(0) & self.alive
        self.alive &= ~caught
        return {"fox": float(caught.sum()), "rabbit": float(food.sum() - 2 * caught.sum())}
