import math


class UCB:
    def __init__(self, names, c=0.5):
        self.stats = {n: [0, 0.0] for n in names}
        self.c = c

    def pick(self):
        total = sum(n for n, _ in self.stats.values()) + 1

        def bound(item):
            n, mean = item[1]
            return float("inf") if n == 0 else mean + self.c * math.sqrt(math.log(total) / n)

        return max(self.stats.items(), key=bound)[0]

    def feed(self, name, reward):
        n, mean = self.stats[name]
        self.stats[name] = [n + 1, mean + (reward - mean) / (n + 1)]
