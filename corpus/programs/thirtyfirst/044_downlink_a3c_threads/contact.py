import random


class Pass:
    """One ground-station pass: three satellites, fading links, one antenna."""

    N = 3

    def __init__(self, seed):
        self.r = random.Random(seed)

    def rise(self):
        self.left = 150
        self.buf = [self.r.uniform(20, 60) for _ in range(self.N)]
        self.link = [self.r.random() for _ in range(self.N)]
        self.aim = 0
        return self.see()

    def see(self):
        heard = [l if i == self.aim else -1.0 for i, l in enumerate(self.link)]
        return [b / 60 for b in self.buf] + heard + [self.left / 150]

    def point(self, k):
        slew = 0.3 if k != self.aim else 1.0
        self.aim = k
        sent = min(self.buf[k], self.link[k] * slew)
        self.buf[k] -= sent
        self.link = [min(1.0, max(0.0, l + self.r.gauss(0, 0.08))) for l in self.link]
        self.left -= 1
        return self.see(), sent, self.left == 0
