"""A tiny text adventure: find the key, open the gate. Sentences become bags of words."""
import random

import torch

ROOMS = ["cellar", "hall", "kitchen", "tower", "garden", "gate"]
DOORS = {0: [1], 1: [0, 2, 3], 2: [1, 4], 3: [1], 4: [2, 5], 5: [4]}
VERBS = ["go first door", "go second door", "go third door", "take key", "open gate"]
VOCAB = sorted({w for r in ROOMS for w in r.split()} | set("you are in the a key lies here it is dark nothing happens".split()))
INDEX = {w: i for i, w in enumerate(VOCAB)}


class Adventure:
    def __init__(self, seed, limit=80):
        self.rng = random.Random(seed)
        self.limit = limit

    def reset(self):
        self.room = 0
        self.key_room = self.rng.randrange(1, 5)
        self.has_key = False
        self.turn = 0
        return self.describe("")

    def describe(self, extra):
        text = f"you are in the {ROOMS[self.room]} {extra}"
        if self.room == self.key_room and not self.has_key:
            text += " a key lies here"
        if self.rng.random() < 0.2:
            text = "it is dark"
        bag = torch.zeros(len(VOCAB))
        for word in text.split():
            bag[INDEX[word]] += 1
        return bag

    def step(self, verb):
        self.turn += 1
        reward, done, extra = -0.02, False, ""
        if verb < 3:
            doors = DOORS[self.room]
            if verb < len(doors):
                self.room = doors[verb]
            else:
                extra = "nothing happens"
        elif verb == 3 and self.room == self.key_room and not self.has_key:
            self.has_key = True
            reward = 0.3
        elif verb == 4 and self.room == 5 and self.has_key:
            reward, done = 1.0, True
        else:
            extra = "nothing happens"
        return self.describe(extra), reward, done or self.turn >= self.limit
