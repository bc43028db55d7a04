import random

WORDS = ["you", "are", "in", "the", "hall", "cellar", "kitchen", "tower", "see", "key", "lamp", "door", "locked", "dark", "nothing", "it", "is"]
ROOMS = ["hall", "cellar", "kitchen", "tower"]
ACTIONS = ["go north", "go south", "take", "light lamp", "unlock door"]
MAX_LEN = 10


class Dungeon:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.room = 0
        self.items = {"key": self.rng.randrange(1, 4), "lamp": self.rng.randrange(1, 4)}
        self.bag = set()
        self.lit = False
        self.t = 0
        return self.describe()

    def describe(self):
        if ROOMS[self.room] == "cellar" and not self.lit:
            text = ["it", "is", "dark"]
        else:
            here = [i for i, r in self.items.items() if r == self.room and i not in self.bag]
            text = ["you", "are", "in", "the", ROOMS[self.room], "you", "see"] + (here or ["nothing"])
        ids = [WORDS.index(w) + 1 for w in text][:MAX_LEN]
        return ids + [0] * (MAX_LEN - len(ids))

    def step(self, a):
        self.t += 1
        reward, done = -0.01, self.t >= 120
        if a == 0:
            self.room = min(self.room + 1, 3)
        elif a == 1:
            self.room = max(self.room - 1, 0)
        elif a == 2 and not (ROOMS[self.room] == "cellar" and not self.lit):
            for item, r in self.items.items():
                if r == self.room and item not in self.bag:
                    self.bag.add(item)
                    reward += 0.2
        elif a == 3:
            self.lit = "lamp" in self.bag
        elif a == 4 and self.room == 0 and "key" in self.bag:
            reward, done = reward + 2.0, True
        return self.describe(), reward, done
