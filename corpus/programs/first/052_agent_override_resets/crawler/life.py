import random

from .brain import Brain


class Life:
    def __init__(self, world, folder, tags, n=5):
        self.world, self.folder, self.tags = world, folder, tags
        self.brains = [Brain(world.senses, world.muscles) for _ in range(n)]
        self.hist = []

    def run(self, ticks, swap=0.001):
        for t in range(ticks):
            for k, b in enumerate(self.brains):
                if random.random() < swap:
                    b.restore(self.folder, random.choice(self.tags))
                self.world.drive(k, b.think(self.world.sense(k)))
            self.world.tick()
            if t % 1000 == 0:
                self.hist.append([b.version for b in self.brains])
        return self.hist
