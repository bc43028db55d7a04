class Table:
    def __init__(self, names, k=16.0):
        self.rating = {n: 1000.0 for n in names}
        self.k = k
        self.games = 0

    def expected(self, a, b):
        return 1.0 / (1.0 + 10 ** ((self.rating[b] - self.rating[a]) / 400.0))

    def record(self, a, b, score):
        delta = self.k * (score - self.expected(a, b))
        self.rating[a] += delta
        self.rating[b] -= delta
        self.games += 1

    def __str__(self):
        rows = sorted(self.rating.items(), key=lambda kv: -kv[1])
        return "\n".join(f"{r:7.1f}  {n}" for n, r in rows)
