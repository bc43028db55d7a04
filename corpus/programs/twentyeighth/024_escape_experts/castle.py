import random

WORDS = ["lamp", "rug", "book", "vase", "clock", "safe", "door", "painting"]
VERBS = ["look at", "open", "push"]


class Castle:
    """Text-like escape game; every chamber has one object with a hint and one that opens the way."""

    chambers = ("cellar", "library", "tower")

    def __init__(self, patience=40):
        self.patience = patience

    @property
    def n_actions(self):
        return len(WORDS) * len(VERBS)

    def start(self):
        self.level = 0
        self.furnish()
        return "enter"

    def furnish(self):
        self.hint, self.exit = random.sample(WORDS, 2)
        self.verb = random.choice(VERBS[1:])
        self.left = self.patience

    def chamber(self):
        return self.chambers[self.level]

    def act(self, number):
        verb, word = VERBS[number // len(WORDS)], WORDS[number % len(WORDS)]
        self.left -= 1
        if word == self.exit and verb == self.verb:
            self.level += 1
            if self.level == len(self.chambers):
                return "free", True
            self.furnish()
            return "enter", False
        if self.left == 0:
            return "caught", True
        if word == self.hint and verb == "look at":
            return f"note {self.verb} {self.exit}", False
        return "nothing", False
