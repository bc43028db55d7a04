import random


class OpponentPool:
    def __init__(self, size=30):
        self.size = size
        self.snaps = []

    def __len__(self):
        return len(self.snaps)

    def add(self, model, step):
        self.snaps.append((step, model.policy.state_dict()))
        if len(self.snaps) > self.size:
            self.snaps.pop(random.randrange(1, len(self.snaps) - 1))

    def draw(self):
        return random.choice(self.snaps)
