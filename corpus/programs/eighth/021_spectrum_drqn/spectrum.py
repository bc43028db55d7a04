import random


class SpectrumEnv:
    """Eight channels with hidden busy periods; each slot we sense and send on one of them."""

    CHANNELS = 8

    def __init__(self, slots=100, seed=None):
        self.slots = slots
        self.random = random.Random(seed)

    def reset(self):
        self.slot = 0
        self.period = [self.random.randint(2, 9) for _ in range(self.CHANNELS)]
        self.phase = [self.random.randint(0, p) for p in self.period]
        self.last = [0.0] * (self.CHANNELS + 1)
        return list(self.last)

    def busy(self, channel):
        return (self.slot + self.phase[channel]) % self.period[channel] < self.period[channel] // 2

    def step(self, channel):
        collided = self.busy(channel)
        self.last = [0.0] * (self.CHANNELS + 1)
        self.last[channel] = 1.0
        self.last[-1] = -1.0 if collided else 1.0
        self.slot += 1
        return list(self.last), -1.0 if collided else 1.0, self.slot >= self.slots
