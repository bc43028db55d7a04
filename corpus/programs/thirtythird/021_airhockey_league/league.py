import random
from collections import defaultdict

import ray


@ray.remote
class League:
    """Holds frozen versions of every player and the table of results."""

    def __init__(self, max_versions=60):
        self.versions = {}
        self.order = []
        self.results = defaultdict(lambda: [0, 0])
        self.max_versions = max_versions

    def publish(self, name, weights):
        self.versions[name] = weights
        self.order.append(name)
        while len(self.order) > self.max_versions:
            self.versions.pop(self.order.pop(0), None)

    def report(self, name, wins, losses):
        self.results[name][0] += wins
        self.results[name][1] += losses

    def matchmake(self, k):
        """k opponents; those that win more are drawn more often."""
        names = list(self.versions)
        hard = []
        for n in names:
            w, l = self.results[n]
            hard.append((w + 1) / (w + l + 2))
        picks = random.choices(names, weights=hard, k=k)
        return [(n, self.versions[n]) for n in picks]

    def table(self):
        return {n: tuple(r) for n, r in self.results.items()}
