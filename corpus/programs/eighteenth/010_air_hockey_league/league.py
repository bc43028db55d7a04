import copy
import random


class League:
    """Keeps old versions of the main player, prefers the ones that still win against it."""

    def __init__(self, max_size=30):
        self.members = []
        self.max_size = max_size

    def add(self, net, tag):
        self.members.append({"tag": tag, "weights": copy.deepcopy(net.state_dict()), "wins": 1, "games": 2})
        if len(self.members) > self.max_size:
            weakest = min(self.members[1:], key=lambda m: m["wins"] / m["games"])
            self.members.remove(weakest)

    def sample(self):
        w = [(m["wins"] / m["games"]) ** 2 + 0.02 for m in self.members]
        return random.choices(self.members, weights=w)[0]

    def report(self, member, opponent_goals, our_goals):
        member["wins"] += opponent_goals
        member["games"] += opponent_goals + our_goals
