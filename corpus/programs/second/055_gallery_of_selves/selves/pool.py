import random


class Selves:
    """The former selves of the learner, oldest first."""

    def __init__(self, limit=25, seed=0):
        self.limit = limit
        self.rng = random.Random(seed)
        self.entries = []
        self.played = {}

    def __len__(self):
        return len(self.entries)

    def remember(self, step, weights):
        self.entries.append((step, weights))
        self.played[step] = [0, 0]
        if len(self.entries) > self.limit:
            drop = self.rng.randrange(0, len(self.entries) // 2)
            self.entries.pop(drop)

    def choose(self):
        if self.rng.random() < 0.5:
            return self.entries[-1]
        return self.rng.choice(self.entries)

    def result(self, step, won):
        record = self.played.setdefault(step, [0, 0])
        record[0] += int(won)
        record[1] += 1

    def table(self):
        return {k: (round(w / n, 2) if n else None) for k, (w, n) in self.played.items()}
