import numpy as np


class FerryDocking:
    """Double-ended ferry approaching its berth with wind and current."""

    ACTIONS = [(-1, 0), (0, 0), (1, 0), (0, -1), (0, 1)]

    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos = np.array([-120.0, self.rng.uniform(-25, 25)])
        self.vel = np.array([3.0, 0.0])
        self.wind = self.rng.normal(0, 0.08)
        self.t = 0
        return self._obs()

    def _obs(self):
        return np.array([self.pos[0] / 120, self.pos[1] / 30, self.vel[0] / 5, self.vel[1] / 2], dtype=np.float32)

    def step(self, a):
        thrust = np.array(self.ACTIONS[a], dtype=float) * [0.15, 0.12]
        self.wind += self.rng.normal(0, 0.01)
        self.vel = 0.98 * self.vel + thrust + [0, self.wind * 0.3]
        self.pos = self.pos + self.vel
        self.t += 1
        reward = -0.01 - 0.001 * abs(self.pos[1])
        done = False
        if self.pos[0] >= 0:
            done = True
            soft = abs(self.vel[0]) < 1.0 and abs(self.pos[1]) < 3
            reward += 10.0 if soft else -2.0 * abs(self.vel[0])
        elif self.t >= 200 or abs(self.pos[1]) > 60:
            done = True
            reward -= 5.0
        return self._obs(), float(reward), done
