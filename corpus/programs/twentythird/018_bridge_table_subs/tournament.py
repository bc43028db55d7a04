import argparse
import itertools
import time
from collections import defaultdict

from bridge_engine import Board
from table import Table

MAX_SECONDS = 4.0


def play_auction(table, board, reserve):
    """Bids one board; a pair that is out of time is replaced by the house bot."""
    used = {"NS": 0.0, "EW": 0.0}
    swapped = set()
    while not board.auction_over():
        seat = board.turn()
        pair = "NS" if seat in "NS" else "EW"
        t0 = time.perf_counter()
        c = table.call(seat, board.obs(seat), board.legal())
        used[pair] += time.perf_counter() - t0
        board.call(c)
        if used[pair] > MAX_SECONDS and pair not in swapped:
            print(f"board {board.number}: {table.names[pair]} out of time")
            table.substitute(pair, reserve)
            swapped.add(pair)
    return board.double_dummy_score(), swapped


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("players", nargs="+")
    ap.add_argument("--boards", type=int, default=64)
    ap.add_argument("--reserve", default="house")
    args = ap.parse_args()

    table = Table()
    total = defaultdict(float)
    penalties = defaultdict(int)
    for a, b in itertools.combinations(args.players, 2):
        for n in range(args.boards):
            for ns, ew, sign in ((a, b, 1), (b, a, -1)):
                board = Board(number=n, seed=n)
                table.new_board(ns, ew)
                score, swapped = play_auction(table, board, args.reserve)
                total[a] += sign * score
                total[b] -= sign * score
                for pair in swapped:
                    penalties[ns if pair == "NS" else ew] += 1
    for name in sorted(total, key=total.get, reverse=True):
        print(f"{name:20s} {total[name]:+9.1f}  time penalties {penalties[name]}")


if __name__ == "__main__":
    main()
