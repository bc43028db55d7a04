import copy
import random


class League:
    """Keeps old versions of the learner, weighted by how often they won."""

    def __init__(self, limit=30):
        self.limit = limit
        self.versions = []
        self.wins = []

    def __len__(self):
        return len(self.versions)

    def admit(self, net):
        self.versions.append(copy.deepcopy(net.state_dict()))
        self.wins.append(1.0)
        if len(self.versions) > self.limit:
            drop = min(range(len(self.wins)), key=self.wins.__getitem__)
            del self.versions[drop], self.wins[drop]

    def draw(self, net):
        k = random.choices(range(len(self.versions)), weights=self.wins)[0]
        net.load_state_dict(self.versions[k])
        return k

    def credit(self, k, won):
        if k < len(self.wins):
            self.wins[k] = 0.95 * self.wins[k] + (1.0 if won else 0.0)
