import random
from dataclasses import dataclass


@dataclass
class Entry:
    tag: str
    weights: dict
    wins: int = 0
    games: int = 0

    @property
    def strength(self):
        return (self.wins + 1) / (self.games + 2)


class League:
    def __init__(self, cap=24, seed=0):
        self.cap = cap
        self.entries = []
        self.rng = random.Random(seed)
        self.now_playing = None

    def enroll(self, tag, net):
        self.entries.append(Entry(tag, {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}))
        if len(self.entries) > self.cap:
            weakest = min(self.entries[:-1], key=lambda e: e.strength)
            self.entries.remove(weakest)

    def pick(self):
        w = [e.strength ** 2 for e in self.entries]
        self.now_playing = self.rng.choices(self.entries, w)[0]
        return self.now_playing

    def book(self, opponent_won):
        self.now_playing.games += 1
        self.now_playing.wins += int(opponent_won)

    def seat(self, net):
        """Put somebody from the league into `net`."""
        e = self.pick()
        net.load_state_dict(e.weights)
        return e.tag
