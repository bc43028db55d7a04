import numpy as np


class PacketRouting:
    """A packet walks over a random graph; link delays drift while it travels."""

    def __init__(self, nodes=12, degree=4, seed=0):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.degree = nodes, degree
        self.links = np.array([self.rng.choice(nodes, degree, replace=False) for _ in range(nodes)])
        self.obs_size = 2 * nodes + degree

    def reset(self):
        self.at, self.goal = self.rng.choice(self.nodes, 2, replace=False)
        self.delay = self.rng.uniform(0.1, 1.0, size=(self.nodes, self.degree))
        self.hops = 0
        return self._obs()

    def _obs(self):
        eye = np.eye(self.nodes)
        return np.concatenate([eye[self.at], eye[self.goal], self.delay[self.at]]).astype(np.float32)

    def step(self, port):
        cost = self.delay[self.at, port]
        self.at = self.links[self.at, port]
        self.delay = np.clip(self.delay + self.rng.normal(0, 0.05, self.delay.shape), 0.05, 2.0)
        self.hops += 1
        arrived = self.at == self.goal
        reward = -cost + (5.0 if arrived else 0.0)
        return self._obs(), float(reward), bool(arrived or self.hops >= 40)
