import numpy as np


class CubeTable:
    """A gripper over a table, n cubes to be set on one another."""

    def __init__(self, cubes, noise=0.01, limit=150):
        self.cubes, self.noise, self.limit = cubes, noise, limit
        self.rng = np.random.default_rng()

    def reset(self):
        self.pos = np.zeros((4, 3), dtype=np.float32)
        self.pos[: self.cubes, :2] = self.rng.uniform(-1, 1, (self.cubes, 2))
        self.hand = np.array([0, 0, 1], dtype=np.float32)
        self.held, self.height, self.t = None, 1, 0
        return self.look()

    def look(self):
        seen = self.pos + self.rng.normal(0, self.noise, self.pos.shape)
        return np.concatenate([seen.ravel(), self.hand, [self.held is not None]]).astype(np.float32)

    def step(self, move):
        self.t += 1
        reward = -0.01
        self.hand = np.clip(self.hand + 0.1 * move[:3], [-1, -1, 0], [1, 1, 1]).astype(np.float32)
        if move[3] > 0 and self.held is None:
            dist = np.linalg.norm(self.pos[: self.cubes] - self.hand, axis=1)
            if dist.min() < 0.15:
                self.held = int(dist.argmin())
        elif move[3] < 0 and self.held is not None:
            top = self.pos[0, :2]
            if np.linalg.norm(self.hand[:2] - top) < 0.1:
                self.height += 1
                reward += 1.0
            self.held = None
        if self.held is not None:
            self.pos[self.held] = self.hand
        done = self.height >= self.cubes or self.t >= self.limit
        return self.look(), reward, done
