import argparse

from shaftpbt.board import Board
from shaftpbt.trainer import Trainer

if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("-n", type=int, default=8)
    p.add_argument("--rounds", type=int, default=500)
    p.add_argument("--unrolls", type=int, default=33)
    p.add_argument("--folder", default="population")
    a = p.parse_args()
    board = Board(a.folder)
    trainers = [Trainer(i, board) for i in range(a.n)]
    for rnd in range(a.rounds):
        for t in trainers:
            t.train(a.unrolls)
        swapped = [t.idx for t in trainers if t.maybe_exploit()]
        print(rnd, {i: round(s, 2) for i, s in board.score.items()}, "swapped", swapped)
