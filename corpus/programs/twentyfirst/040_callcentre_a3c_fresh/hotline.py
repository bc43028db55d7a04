import random


class Hotline:
    """Half-hour slots of one week; action = agents on shift (0..7 blocks of 5)."""

    SIZE = 5

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.slot, self.wait, self.heads = 0, 0.0, 3
        return self.obs()

    def obs(self):
        hour = (self.slot % 48) / 48
        return [self.wait / 30, self.heads / 7, hour, hour * hour, (self.slot // 48) / 7]

    def step(self, blocks):
        cost = 0.05 * blocks + 0.03 * abs(blocks - self.heads)
        self.heads = blocks
        hour = (self.slot % 48) / 2
        mean = 4 + (18 if 9 <= hour < 18 else 0)
        calls = max(0, self.rnd.gauss(mean, 4))
        self.wait = max(0.0, self.wait + calls - 5 * blocks)
        self.slot += 1
        return self.obs(), -cost - self.wait / 40, self.slot >= 48 * 7
