import numpy as np


class ContainerYard:
    """One long shift: containers arrive at every crane, the cranes pick a stack."""

    def __init__(self, cranes, stacks=5, seed=0):
        self.cranes = list(cranes)
        self.stacks = stacks
        self.rng = np.random.default_rng(seed)
        self.heights = {c: np.zeros(stacks) for c in self.cranes}
        self.weight = {c: 0.5 for c in self.cranes}

    def obs(self, crane):
        noise = self.rng.normal(0, 0.1, self.stacks)
        return np.concatenate([self.heights[crane] / 5 + noise,
                               [self.weight[crane]]]).astype(np.float32)

    def place(self, crane, stack):
        h = self.heights[crane]
        h[stack] += 1
        over = h[stack] > 5
        if over:
            h[stack] -= 2
        lift_out = self.rng.random(self.stacks) < 0.18
        h[lift_out] = np.maximum(h[lift_out] - 1, 0)
        self.weight[crane] = self.rng.random()
        return -1.0 if over else 0.1 - 0.05 * h.std()
