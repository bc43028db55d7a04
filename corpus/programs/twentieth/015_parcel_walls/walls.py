import numpy as np


class ParcelWalls:
    """Several locker walls side by side; each is refilled by the courier through one day."""

    def __init__(self, n: int, boxes: int = 30, slots: int = 96, seed: int = 0):
        self.n, self.boxes, self.slots = n, boxes, slots
        self.rng = np.random.default_rng(seed)
        self.free = np.zeros(n)
        self.pile = np.zeros(n)
        self.t = np.zeros(n, dtype=int)
        self.speed = np.zeros(n)

    def _restart(self, who):
        k = int(who.sum())
        self.free[who] = self.boxes
        self.pile[who] = self.rng.integers(10, 60, k)
        self.speed[who] = self.rng.uniform(0.01, 0.08, k)
        self.t[who] = self.rng.integers(0, 20, k)

    def reset(self):
        self._restart(np.ones(self.n, dtype=bool))
        return self._obs()

    def _obs(self):
        return np.stack([self.free / self.boxes, self.pile / 60, self.t / self.slots], axis=1).astype(np.float32)

    def step(self, action):
        """0 wait, 1 drop five parcels, 2 clear out the old ones"""
        reward = np.zeros(self.n, dtype=np.float32)
        drop = np.where(action == 1, np.minimum(5, np.minimum(self.free, self.pile)), 0)
        self.free -= drop
        self.pile -= drop
        reward += 0.2 * drop - 0.1 * ((action == 1) & (drop == 0))
        clear = np.where(action == 2, np.minimum(3, self.boxes - self.free), 0)
        self.free += clear
        reward -= 0.4 * clear
        self.free += self.rng.binomial((self.boxes - self.free).astype(int), self.speed)
        self.t += 1
        done = (self.t >= self.slots) | (self.pile == 0)
        reward -= 0.05 * self.pile * done
        if done.any():
            self._restart(done)
        return self._obs(), reward, done
