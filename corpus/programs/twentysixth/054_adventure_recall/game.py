import random

VERBS = ["north", "south", "east", "west", "take", "light", "unlock"]
WORDS = "you are in a room hall tunnel pit it is dark lit key lamp door gold locked open here nothing".split()
VOCAB = {w: i for i, w in enumerate(WORDS)}


class Cave:
    """A grid of rooms. The key, the lamp and the gold lie somewhere; some rooms are dark."""

    def __init__(self, seed, n=4, turns=80):
        r = random.Random(seed)
        cells = [(x, y) for x in range(n) for y in range(n)]
        self.n, self.turns = n, turns
        self.kind = {c: r.choice(["room", "hall", "tunnel"]) for c in cells}
        self.dark_cells = set(r.sample(cells, n))
        self.key, self.lamp, self.door = r.sample(cells, 3)
        self.gold = set(r.sample(cells, 5))

    def start(self):
        self.at = (0, 0)
        self.bag = set()
        self.lit = False
        self.points = 0
        self.left = self.turns
        return self.describe()

    @property
    def dark(self):
        return self.at in self.dark_cells and not self.lit

    def describe(self):
        if self.dark:
            return "it is dark"
        s = f"you are in a {self.kind[self.at]}"
        for name in ("key", "lamp"):
            if getattr(self, name) == self.at and name not in self.bag:
                s += f" {name} here"
        if self.at in self.gold:
            s += " gold here"
        if self.at == self.door:
            s += " door locked"
        return s

    def do(self, verb):
        self.left -= 1
        x, y = self.at
        step = {"north": (0, 1), "south": (0, -1), "east": (1, 0), "west": (-1, 0)}.get(verb)
        if step:
            self.at = (max(0, min(self.n - 1, x + step[0])), max(0, min(self.n - 1, y + step[1])))
        elif verb == "take" and not self.dark:
            if self.at in self.gold:
                self.gold.discard(self.at)
                self.points += 1
            for name in ("key", "lamp"):
                if getattr(self, name) == self.at:
                    self.bag.add(name)
        elif verb == "light" and "lamp" in self.bag:
            self.lit = True
        elif verb == "unlock" and self.at == self.door and "key" in self.bag:
            self.points += 10
            return "door open", True
        return self.describe(), self.left == 0
