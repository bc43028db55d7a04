import numpy as np


class EloTable:
    """Ratings of everything that has ever played."""

    def __init__(self, k=24.0, base=1200.0):
        self.k = k
        self.base = base
        self.ratings = {}
        self.games = {}

    def rating(self, name):
        return self.ratings.setdefault(name, self.base)

    def expected(self, a, b):
        return 1.0 / (1.0 + 10.0 ** ((self.rating(b) - self.rating(a)) / 400.0))

    def record(self, a, b, score):
        e = self.expected(a, b)
        self.ratings[a] = self.rating(a) + self.k * (score - e)
        self.ratings[b] = self.rating(b) - self.k * (score - e)
        for name in (a, b):
            self.games[name] = self.games.get(name, 0) + 1

    def top(self, n=5):
        return sorted(self.ratings.items(), key=lambda kv: -kv[1])[:n]

    def sample(self, names, rng, temperature=200.0):
        scores = np.array([self.rating(n) for n in names]) / temperature
        p = np.exp(scores - scores.max())
        return names[int(rng.choice(len(names), p=p / p.sum()))]
