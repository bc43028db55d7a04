import random

import torch


class OpponentPool:
    """Keeps earlier weights together with how often the learner beat them; hard ones come up more often."""

    def __init__(self, capacity=30):
        self.capacity = capacity
        self.members = []

    @torch.no_grad()
    def add(self, net, tag):
        weights = {name: t.clone() for name, t in net.state_dict().items()}
        self.members.append({"tag": tag, "weights": weights, "wins": 1.0, "games": 2.0})
        if len(self.members) > self.capacity:
            easiest = max(self.members[:-1], key=lambda m: m["wins"] / m["games"])
            self.members.remove(easiest)

    def choose(self):
        hardness = [(1.05 - m["wins"] / m["games"]) ** 2 for m in self.members]
        return random.choices(self.members, hardness)[0]

    def report(self, member, result):
        member["games"] += 1
        member["wins"] += 0.5 * (result + 1)
