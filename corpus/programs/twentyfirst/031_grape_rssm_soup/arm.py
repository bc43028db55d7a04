import random


class Arm:
    """Simulated arm; the real one speaks CAN."""

    def __init__(self):
        self.q = [0.0] * 4
        self.target = [random.uniform(-1, 1) for _ in range(4)]

    def features(self):
        base = self.q + self.target
        return (base * 5)[:40]

    def command(self, u):
        self.q = [q + 0.1 * d for q, d in zip(self.q, u)]
        near = max(abs(a - b) for a, b in zip(self.q, self.target)) < 0.1
        if near:
            self.target = [random.uniform(-1, 1) for _ in range(4)]
        return int(near)

    def advance(self):
        self.target = [random.uniform(-1, 1) for _ in range(4)]
