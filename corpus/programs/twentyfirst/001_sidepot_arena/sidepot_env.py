"""Very small multi-way all-in game: stacks differ, so most showdowns build side pots."""
import numpy as np


def split_pots(bets, alive):
    """[(amount, eligible seats), ...] from the chips each seat has put in."""
    pots, prev = [], 0
    for level in sorted(set(b for b in bets if b > 0)):
        amount = sum(min(b, level) - min(b, prev) for b in bets)
        eligible = [i for i, b in enumerate(bets) if b >= level and alive[i]]
        if eligible:
            pots.append((amount, eligible))
        elif pots:
            pots[-1] = (pots[-1][0] + amount, pots[-1][1])
        prev = level
    return pots


class SidePotMatch:
    N_ACT = 3  # fold, half stack, all in

    def __init__(self, seats, hands, seed):
        self.seats, self.hands = seats, hands
        self.rng = np.random.default_rng(seed)

    def start(self):
        self.stacks = self.rng.integers(50, 200, self.seats).astype(float)
        self.hand_no = 0
        self._deal()

    def _deal(self):
        self.cards = self.rng.random(self.seats)
        self.last = np.zeros(self.seats)

    def obs(self, seat):
        return np.concatenate([[self.cards[seat], self.hand_no / self.hands],
                               np.log1p(self.stacks), self.last]).astype(np.float32)

    def play(self, acts):
        bets = [0.0 if a == 0 else s * (0.5 if a == 1 else 1.0) for a, s in zip(acts, self.stacks)]
        alive = [a > 0 for a in acts]
        self.stacks -= np.array(bets)
        for amount, who in split_pots(bets, alive):
            self.stacks[max(who, key=lambda i: self.cards[i])] += amount
        self.stacks = np.where(self.stacks < 1, 100.0, self.stacks)  # rebuy
        self.hand_no += 1
        last = np.array(acts, dtype=float)
        self._deal()
        self.last = last
