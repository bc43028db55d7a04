"""Blindfold connect-four cup between everything the class has handed in."""
import itertools
import sys
from collections import Counter
from glob import glob
from os.path import basename

import torch

from board import Board, IllegalDrop
from seat import Seat


def play(board, seats):
    told, turn = Seat.NOBODY_MOVED, 0
    while True:
        col = seats[turn].choose(told)
        board.drop(turn, col)
        if board.won(turn):
            return turn
        if board.full():
            return None
        told, turn = col, 1 - turn


def cup(files, games):
    seats = [Seat(), Seat()]
    points, fouls = Counter(), Counter()
    for pairing in itertools.permutations(files, 2):
        for seat, path in zip(seats, pairing):
            seat.net.load_state_dict(torch.load(path, map_location="cpu"))
        for _ in range(games):
            try:
                winner = play(Board(), seats)
            except IllegalDrop as foul:
                fouls[pairing[foul.who]] += 1
                points[pairing[1 - foul.who]] += 3
                break
            if winner is None:
                points.update(pairing)
            else:
                points[pairing[winner]] += 3
            for seat in seats:
                seat.stand_up()
    return points, fouls


def main():
    files = sorted(glob(sys.argv[1] + "/*.pt"))
    games = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    points, fouls = cup(files, games)
    print("%-30s %6s %6s" % ("player", "points", "fouls"))
    for path, n in sorted(points.items(), key=lambda kv: -kv[1]):
        print("%-30s %6d %6d" % (basename(path), n, fouls[path]))


if __name__ == "__main__":
    main()
