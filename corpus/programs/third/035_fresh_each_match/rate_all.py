import argparse
import itertools
import random
from pathlib import Path

from elo.match import match
from elo.table import Table


def label(entry):
    return entry if isinstance(entry, str) else entry.stem


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--rounds", type=int, default=4)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    random.seed(args.seed)
    entries = ["random", *sorted(args.folder.glob("*.pt"))]
    table = Table([label(e) for e in entries])
    for rnd in range(args.rounds):
        pairs = list(itertools.permutations(entries, 2))
        random.shuffle(pairs)
        for a, b in pairs:
            table.record(label(a), label(b), match(a, b))
        print(f"after round {rnd + 1} ({table.games} games)\n{table}\n")


if __name__ == "__main__":
    main()
