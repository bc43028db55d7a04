import copy
import random


class League:
    """Frozen snapshots with a running win rate; harder opponents are drawn more often."""

    def __init__(self, capacity=40):
        self.capacity = capacity
        self.members = []

    def add(self, name, net):
        self.members.append({"name": name, "weights": copy.deepcopy(net.state_dict()), "learner_wins": 0.5})
        if len(self.members) > self.capacity:
            easiest = max(self.members[:-1], key=lambda m: m["learner_wins"])
            self.members.remove(easiest)

    def draw(self):
        difficulty = [(1.0 - m["learner_wins"]) ** 2 + 0.05 for m in self.members]
        return random.choices(self.members, weights=difficulty, k=1)[0]

    @staticmethod
    def record(member, wins):
        member["learner_wins"] = 0.9 * member["learner_wins"] + 0.1 * wins
