"""Single-elimination bracket between saved billiards players."""
import glob
import math
import random
import sys

import torch

from seats import Seat


class EightBall:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.left = [7, 7]
        self.turn = 0
        self.cue = 0.5
        self.shots = 0

    def obs(self):
        me, it = self.left[self.turn], self.left[1 - self.turn]
        v = torch.zeros(14)
        v[0], v[1], v[2], v[3] = me / 7, it / 7, self.cue, self.shots / 200
        return v

    def apply(self, shot):
        quality = math.cos((shot / 48 - self.cue) * math.pi)
        self.cue = self.rng.random()
        self.shots += 1
        if self.rng.random() < 0.3 + 0.5 * max(0.0, quality):
            self.left[self.turn] -= 1
        else:
            self.turn = 1 - self.turn

    def winner(self):
        for p in (0, 1):
            if self.left[p] <= 0:
                return p
        if self.shots >= 200:
            return 0 if self.left[0] <= self.left[1] else 1
        return None


def play_game(seats, seed):
    game = EightBall(seed)
    for s in seats:
        s.rack()
    while game.winner() is None:
        game.apply(seats[game.turn].shoot(game.obs()))
    return game.winner()


def play_match(seats, a, b, rng, first_to=5):
    wins = {a: 0, b: 0}
    order = [a, b]
    while max(wins.values()) < first_to:
        seats[0].put(order[0])
        seats[1].put(order[1])
        wins[order[play_game(seats, rng.randrange(1 << 30))]] += 1
        order.reverse()
    return max(wins, key=wins.get), wins


def run_bracket(entrants, seed=0):
    rng = random.Random(seed)
    rng.shuffle(entrants)
    seats = (Seat("north"), Seat("south"))
    rnd = 1
    while len(entrants) > 1:
        print(f"--- round {rnd}: {len(entrants)} players")
        through = []
        if len(entrants) % 2:
            through.append(entrants.pop())
        for a, b in zip(entrants[::2], entrants[1::2]):
            w, wins = play_match(seats, a, b, rng)
            print(f"{a} {wins[a]}:{wins[b]} {b}")
            through.append(w)
        entrants, rnd = through, rnd + 1
    return entrants[0]


if __name__ == "__main__":
    files = sorted(glob.glob(sys.argv[1] if len(sys.argv) > 1 else "players/*.pt"))
    if len(files) < 2:
        sys.exit("need at least two players")
    print("champion:", run_bracket(files))
