import random


class StdCellRow:
    """Cells come in a stream and are put left or right of the row's middle, or into the next row."""

    ACTIONS = 3

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def begin(self):
        self.rows = [[0.0, 0.0] for _ in range(6)]
        self.r = 0
        self.left = 40
        self.net_side = {n: None for n in range(8)}
        return self._next()

    def _next(self):
        self.cell_net = self.rnd.randrange(8)
        self.width = self.rnd.uniform(0.2, 1.0)
        one = [0.0] * 8
        one[self.cell_net] = 1.0
        return one + [self.width, self.left / 40]

    def put(self, a):
        cost = 0.0
        if a == 2:
            self.r = min(self.r + 1, 5)
            cost += 0.1
        else:
            self.rows[self.r][a] += self.width
            cost += max(0.0, self.rows[self.r][a] - 4.0)
            before = self.net_side[self.cell_net]
            if before is not None:
                cost += 0.3 * (before[1] != a) + 0.2 * abs(before[0] - self.r)
            self.net_side[self.cell_net] = (self.r, a)
        self.left -= 1
        return self._next(), -cost, self.left == 0
