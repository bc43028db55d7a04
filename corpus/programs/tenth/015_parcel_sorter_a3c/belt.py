import random


class Belt:
    """Parcels pass a scanner first and reach the flap three positions later."""

    def __init__(self, seed, length=200):
        self.random = random.Random(seed)
        self.length = length

    def reset(self):
        self.left = self.length
        self.positions = [self.random.randrange(4) for _ in range(4)]
        return self.scan()

    def scan(self):
        code = [0.0] * 4
        code[self.positions[0]] = 1.0
        return code + [self.left / self.length]

    def step(self, flap):
        at_flap = self.positions.pop()
        reward = 1.0 if at_flap == flap else -0.3
        self.positions.insert(0, self.random.randrange(4))
        self.left -= 1
        return self.scan(), reward, self.left == 0
