import collections
import glob
import itertools
import os

import torch

from dice import play_hand
from player import Player


class Seat:
    def __init__(self):
        self.player = Player().eval()
        self.name = "-"

    def invite(self, path):
        self.player.begin_match()
        self.player.load_state_dict(torch.load(path, map_location="cpu"))
        self.name = os.path.splitext(os.path.basename(path))[0]


@torch.no_grad()
def match(left, right, hands):
    tally = 0
    for hand in range(hands):
        if hand % 2 == 0:
            tally += play_hand(left.player, right.player)[0]
        else:
            tally -= play_hand(right.player, left.player)[0]
    return tally


def cup(folder="cup", hands=25, rounds=20):
    paths = sorted(glob.glob(os.path.join(folder, "*.pt")))
    elo = collections.defaultdict(lambda: 1000.0)
    left, right = Seat(), Seat()
    for _ in range(rounds):
        for p, q in itertools.combinations(paths, 2):
            left.invite(p)
            right.invite(q)
            tally = match(left, right, hands)
            got = 1.0 if tally > 0 else 0.0 if tally < 0 else 0.5
            want = 1 / (1 + 10 ** ((elo[q] - elo[p]) / 400))
            elo[p] += 16 * (got - want)
            elo[q] -= 16 * (got - want)
    return sorted(elo.items(), key=lambda kv: -kv[1])


if __name__ == "__main__":
    for path, points in cup():
        print(f"{points:7.1f}  {os.path.basename(path)}")
