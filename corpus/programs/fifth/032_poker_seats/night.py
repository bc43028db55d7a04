"""Let checkpoints play through the night; whoever is broke is replaced by a random other checkpoint."""
import argparse
import collections
import random
from pathlib import Path

from poker.seat import Seat
from poker.table import Table


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    ap.add_argument("--seats", type=int, default=5)
    ap.add_argument("--hands", type=int, default=50_000)
    ap.add_argument("--rotate", type=int, default=400, help="hands after which a random seat changes anyway")
    ns = ap.parse_args()
    files = sorted(ns.folder.glob("*.pt"))
    table = Table([Seat.from_file(random.choice(files)) for _ in range(ns.seats)], seed=1)
    winnings = collections.Counter()

    def replace(i):
        gone = table.swap(i, Seat.from_file(random.choice(files)))
        winnings[gone.label] += gone.stack - 200

    for k in range(1, ns.hands + 1):
        table.hand()
        for i, seat in enumerate(table.seats):
            if seat.stack <= 0:
                replace(i)
        if k % ns.rotate == 0:
            replace(random.randrange(ns.seats))
    for seat in table.seats:
        winnings[seat.label] += seat.stack - 200
    for label, w in winnings.most_common():
        print(f"{label:24s} {w:+d}")


if __name__ == "__main__":
    main()
