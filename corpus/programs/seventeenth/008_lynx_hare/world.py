import numpy as np


class Meadow:
    """Torus with hares and lynxes; the dead are replaced at a random place, so numbers stay fixed."""

    MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])

    def __init__(self, size=40, hares=48, lynxes=12, seed=0):
        self.rng = np.random.default_rng(seed)
        self.size = size
        self.n = {"hare": hares, "lynx": lynxes}
        self.pos = {k: self.rng.integers(0, size, (n, 2)) for k, n in self.n.items()}
        self.energy = {"hare": np.full(hares, 20.0), "lynx": np.full(lynxes, 40.0)}
        self.grass = self.rng.random((size, size))

    def _nearest(self, a, b):
        d = b[None] - a[:, None]
        d = (d + self.size // 2) % self.size - self.size // 2
        i = np.abs(d).sum(-1).argmin(1)
        return d[np.arange(len(a)), i], i

    def observe(self, kind):
        other = "lynx" if kind == "hare" else "hare"
        me = self.pos[kind]
        d, _ = self._nearest(me, self.pos[other])
        local = self.grass[me[:, 0], me[:, 1]]
        return np.concatenate([d / 10, self.energy[kind][:, None] / 40, local[:, None]], 1).astype(np.float32)

    def tick(self, acts):
        reward, dead = {}, {}
        for k, a in acts.items():
            self.pos[k] = (self.pos[k] + self.MOVES[a]) % self.size
            self.energy[k] -= 0.5
        x, y = self.pos["hare"].T
        bite = np.minimum(self.grass[x, y], 0.5)
        self.grass[x, y] -= bite
        self.energy["hare"] += 2 * bite
        d, prey = self._nearest(self.pos["lynx"], self.pos["hare"])
        caught = np.abs(d).sum(1) <= 1
        self.energy["lynx"][caught] += 15
        reward["lynx"] = caught.astype(np.float32)
        dead["lynx"] = self.energy["lynx"] <= 0
        dead["hare"] = self.energy["hare"] <= 0
        dead["hare"][prey[caught]] = True
        reward["hare"] = (0.1 * bite - dead["hare"]).astype(np.float32)
        for k, gone in dead.items():
            self.pos[k][gone] = self.rng.integers(0, self.size, (gone.sum(), 2))
            self.energy[k][gone] = 20.0 if k == "hare" else 40.0
        self.grass = np.minimum(1.0, self.grass + 0.01)
        return reward, dead
