import random


class QuarryDispatch:
    """Next free truck is sent to one of the shovels; queues are what the dispatcher sees."""

    def __init__(self, seed, shovels=3, trucks=9, shift=480):
        self.rng = random.Random(seed)
        self.shovels, self.trucks, self.shift = shovels, trucks, shift

    def reset(self):
        self.clock = 0.0
        self.queue = [0] * self.shovels
        self.rate = [self.rng.uniform(0.15, 0.35) for _ in range(self.shovels)]
        self.crusher = 0.0
        return self.obs()

    def obs(self):
        return [q / self.trucks for q in self.queue] + [self.crusher, self.clock / self.shift]

    def step(self, shovel):
        if sum(self.queue) < self.trucks:
            self.queue[shovel] += 1
        dt = self.rng.expovariate(1.0)
        self.clock += dt
        tons = 0.0
        for i in range(self.shovels):
            if self.queue[i] and self.rng.random() < 1 - (1 - self.rate[i]) ** dt:
                self.queue[i] -= 1
                tons += 1.0
        self.crusher = max(0.0, min(1.0, self.crusher + 0.2 * tons - 0.15 * dt))
        reward = tons - 0.1 * max(self.queue) - (1.0 if self.crusher >= 1.0 else 0.0)
        return self.obs(), reward, self.clock >= self.shift
