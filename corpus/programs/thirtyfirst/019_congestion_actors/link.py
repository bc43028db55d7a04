import math
import random


class BottleneckLink:
    """A sender over one bottleneck with cross traffic. One step is one round trip; one flow is one episode."""
    OBS, ACTIONS = 4, 5
    CHANGE = (0.5, 0.9, 1.0, 1.1, 1.5)

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.capacity = math.exp(self.rng.uniform(math.log(10), math.log(200)))
        self.buffer = self.capacity * self.rng.uniform(0.5, 2.0)
        self.cross = self.rng.uniform(0.0, 0.5) * self.capacity
        self.cwnd = 10.0
        self.queue = 0.0
        self.left = self.rng.uniform(2e3, 2e5)
        self.rtts = 0
        return [0.0, 0.0, math.log(self.cwnd), 0.0]

    def step(self, a):
        old = self.cwnd
        self.cwnd = min(max(self.cwnd * self.CHANGE[a], 2.0), 2000.0)
        if self.rng.random() < 0.05:
            self.cross = self.rng.uniform(0.0, 0.5) * self.capacity
        self.queue = max(self.queue + self.cwnd + self.cross - self.capacity, 0.0)
        lost = max(self.queue - self.buffer, 0.0)
        self.queue -= lost
        goodput = max(min(self.cwnd, self.capacity - self.cross) - lost, 0.0)
        self.left -= goodput
        self.rtts += 1
        delay = self.queue / self.capacity
        reward = math.log1p(goodput) - 0.7 * delay - 2.0 * lost / self.cwnd
        obs = [delay, lost / self.cwnd, math.log(self.cwnd), math.log(self.cwnd / old)]
        return obs, reward, self.left <= 0 or self.rtts >= 2000
