import numpy as np

MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])


class Depot:
    """n vehicles on a grid; each fetches a tote and brings it to its station.

    A vehicle's episode ends with the delivery or after 80 moves, then it gets a new order.
    """

    def __init__(self, n=16, size=14, seed=0):
        self.n, self.size = n, size
        self.rng = np.random.default_rng(seed)
        self.pos = self.rng.integers(0, size, (n, 2))
        self.tote = self.rng.integers(0, size, (n, 2))
        self.station = self.rng.integers(0, size, (n, 2))
        self.loaded = np.zeros(n, bool)
        self.age = np.zeros(n, int)

    def obs(self):
        goal = np.where(self.loaded[:, None], self.station, self.tote)
        near = np.array([np.sum(np.abs(self.pos - p).max(1) <= 2) - 1 for p in self.pos])
        return np.concatenate([self.pos / self.size, np.sign(goal - self.pos),
                               self.loaded[:, None], near[:, None] / 4], axis=1).astype(np.float32)

    def step(self, acts):
        want = np.clip(self.pos + MOVES[acts], 0, self.size - 1)
        reward = np.full(self.n, -0.02, np.float32)
        taken = {tuple(p) for p in self.pos}
        for i in self.rng.permutation(self.n):
            w = tuple(want[i])
            if w in taken and w != tuple(self.pos[i]):
                reward[i] -= 0.1
                continue
            taken.discard(tuple(self.pos[i]))
            taken.add(w)
            self.pos[i] = want[i]
        self.age += 1
        picked = ~self.loaded & (self.pos == self.tote).all(1)
        self.loaded |= picked
        home = self.loaded & (self.pos == self.station).all(1)
        reward += 0.5 * picked + 1.0 * home
        done = home | (self.age >= 80)
        k = int(done.sum())
        self.tote[done] = self.rng.integers(0, self.size, (k, 2))
        self.station[done] = self.rng.integers(0, self.size, (k, 2))
        self.loaded[done] = False
        self.age[done] = 0
        return self.obs(), reward, done.astype(np.float32)
