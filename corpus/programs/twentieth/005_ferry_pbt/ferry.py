import numpy as np


class FerryLine:
    """Two quays, two boats, cars that arrive all the time. Each step is five minutes."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.reset()

    def reset(self):
        self.t = 0
        self.queue = self.rng.integers(0, 20, 2).astype(float)
        self.place = np.array([0, 1])
        self.away = np.zeros(2)
        return self.obs()

    def obs(self):
        hour = 2 * np.pi * self.t / 288
        return np.concatenate(
            [self.queue / 50, self.place, self.away / 4, [np.sin(hour), np.cos(hour)]]
        ).astype(np.float32)

    def step(self, action):
        """action: 0 nobody leaves, 1 first boat, 2 second boat, 3 both"""
        self.t += 1
        cost = 0.0
        self.away = np.maximum(self.away - 1, 0)
        for b in range(2):
            if action >> b & 1 and self.away[b] == 0:
                quay = self.place[b]
                self.queue[quay] -= min(30, self.queue[quay])
                self.place[b] = 1 - quay
                self.away[b] = 4
                cost += 0.3
        rush = 1 + np.sin(2 * np.pi * self.t / 144)
        self.queue += self.rng.poisson(2 * rush, 2)
        reward = -cost - self.queue.sum() / 100
        return self.obs(), reward
