import numpy as np

PUSH = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], dtype=float)


class HockeyTable:
    def __init__(self, seed, limit=400):
        self.rng = np.random.default_rng(seed)
        self.limit = limit

    def reset(self):
        self.paddle = np.array([[0.2, 0.5], [0.8, 0.5]])
        self.puck = np.array([0.5, self.rng.uniform(0.3, 0.7)])
        self.vel = self.rng.normal(0, 0.02, 2)
        self.t = 0
        return self.views()

    def views(self):
        flip = np.array([-1.0, 1.0])
        left = [*self.paddle[0], *self.paddle[1], *self.puck, self.t / self.limit]
        mirror = [p * flip + [1, 0] for p in (self.paddle[1], self.paddle[0], self.puck)]
        right = [*mirror[0], *mirror[1], *mirror[2], self.t / self.limit]
        return np.array(left, dtype=np.float32), np.array(right, dtype=np.float32)

    def step(self, a, b):
        self.paddle[0] += 0.03 * PUSH[a]
        self.paddle[1] += 0.03 * PUSH[b] * [-1, 1]
        self.paddle[0] = np.clip(self.paddle[0], [0, 0], [0.48, 1])
        self.paddle[1] = np.clip(self.paddle[1], [0.52, 0], [1, 1])
        for p in self.paddle:
            d = self.puck - p
            dist = np.linalg.norm(d)
            if dist < 0.08:
                self.vel = 0.04 * d / (dist + 1e-6) + 0.3 * self.vel
        self.puck = self.puck + self.vel
        if not 0 < self.puck[1] < 1:
            self.vel[1] *= -1
            self.puck[1] = np.clip(self.puck[1], 0.0, 1.0)
        self.t += 1
        reward = 0.0
        if self.puck[0] > 1:
            reward = 1.0
        elif self.puck[0] < 0:
            reward = -1.0
        over = reward != 0 or self.t >= self.limit
        return self.views(), reward, over
