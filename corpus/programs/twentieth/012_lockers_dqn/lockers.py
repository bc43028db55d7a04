import numpy as np


class LockerWall:
    """Assigns parcels to small, medium and large boxes over one day."""

    SIZES = np.array([20, 12, 6])

    def __init__(self, seed=None):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.used = np.zeros(3)
        self.t = 0
        self.parcel = self.new_parcel()
        return self.obs()

    def new_parcel(self):
        return int(self.rng.choice(3, p=[0.55, 0.3, 0.15]))

    def obs(self):
        one_hot = np.eye(3)[self.parcel]
        return np.concatenate([self.used / self.SIZES, one_hot, [self.t / 144]]).astype(np.float32)

    def step(self, action):
        if action == 3 or action < self.parcel or self.used[min(action, 2)] >= self.SIZES[min(action, 2)]:
            reward = -1.0
        else:
            self.used[action] += 1
            reward = 1.0 - 0.2 * (action - self.parcel)
        rate = 0.02 + 0.08 * (60 < self.t % 144 < 120)
        self.used -= self.rng.binomial(self.used.astype(int), rate)
        self.t += 1
        self.parcel = self.new_parcel()
        return self.obs(), reward, self.t >= 144
