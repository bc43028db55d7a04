import random


class CourierTown:
    """A bike courier on an 8x8 grid; the address is read out only once, at pick-up."""

    size = 8

    def __init__(self, seed=None, limit=300):
        self.rnd = random.Random(seed)
        self.limit = limit

    def reset(self):
        self.steps = 0
        self.x = self.y = 0
        self._new_parcel()
        return self._obs()

    def _new_parcel(self):
        self.tx, self.ty = self.rnd.randrange(self.size), self.rnd.randrange(self.size)
        self.announce = True

    def _obs(self):
        addr = [self.tx / 7, self.ty / 7] if self.announce else [0.0, 0.0]
        return [self.x / 7, self.y / 7, float(self.announce)] + addr

    def step(self, a):
        self.steps += 1
        self.announce = False
        dx, dy = [(1, 0), (-1, 0), (0, 1), (0, -1)][a]
        self.x = min(7, max(0, self.x + dx))
        self.y = min(7, max(0, self.y + dy))
        r = -0.01
        if (self.x, self.y) == (self.tx, self.ty):
            r = 1.0
            self._new_parcel()
        return self._obs(), r, self.steps >= self.limit
