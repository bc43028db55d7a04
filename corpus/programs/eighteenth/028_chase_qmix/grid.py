import random

N, LIMIT = 9, 60
STEPS = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]


class ChaseGrid:
    def __init__(self, wolves=3):
        self.wolves = wolves

    def reset(self):
        self.cells = [(random.randrange(N), random.randrange(N)) for _ in range(self.wolves + 1)]
        self.t = 0
        return self.view()

    def view(self):
        rows = []
        for i, (x, y) in enumerate(self.cells):
            row = [x / N, y / N]
            for j, (u, v) in enumerate(self.cells):
                if j != i:
                    vis = abs(u - x) <= 2 and abs(v - y) <= 2
                    row += [(u - x) / N, (v - y) / N, 1.0] if vis else [0.0, 0.0, 0.0]
            rows.append(row)
        return rows[:-1], rows[-1], [c / N for cell in self.cells for c in cell]

    def step(self, moves):
        self.cells = [(min(max(x + STEPS[m][0], 0), N - 1), min(max(y + STEPS[m][1], 0), N - 1))
                      for (x, y), m in zip(self.cells, moves)]
        self.t += 1
        caught = sum(c == self.cells[-1] for c in self.cells[:-1]) >= 1
        return self.view(), 10.0 if caught else -0.1, caught or self.t >= LIMIT
