import numpy as np


class FoosballTable:
    """Very small 2D foosball: one goalie rod against a scripted striker."""

    def __init__(self, seed=0, limit=400):
        self.rng = np.random.default_rng(seed)
        self.limit = limit
        self.t = 0

    def reset(self):
        self.t = 0
        self.ball = np.array([0.5, self.rng.uniform(0.2, 0.8)])
        self.vel = np.array([-0.02, self.rng.uniform(-0.02, 0.02)])
        self.rod = 0.5
        self.angle = 0.0
        return self._obs()

    def _obs(self):
        return np.concatenate([self.ball, [self.rod, self.angle]]).astype(np.float32)

    def step(self, action):
        slide, kick = divmod(int(action), 2)
        self.rod = float(np.clip(self.rod + (slide - 1) * 0.03, 0.0, 1.0))
        self.angle = 1.0 if kick else self.angle * 0.6
        self.ball += self.vel
        if not 0.0 < self.ball[1] < 1.0:
            self.vel[1] *= -1
        reward, done = 0.0, False
        if self.ball[0] < 0.08:
            if abs(self.ball[1] - self.rod) < 0.08:
                self.vel[0] = 0.02 + 0.02 * self.angle
                reward = 0.1
            else:
                reward, done = -1.0, True
        elif self.ball[0] > 1.0:
            reward, done = 1.0, True
        self.t += 1
        return self._obs(), reward, done or self.t >= self.limit
