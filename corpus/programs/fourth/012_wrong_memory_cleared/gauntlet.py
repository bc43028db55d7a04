#!/usr/bin/env python
"""
Let every checkpoint of a run challenge the reigning champion.

    ./gauntlet.py runs/poker-17 --hands 2000

A checkpoint that wins more than the margin takes the throne.
"""
import argparse
import csv
import pathlib
import re

from leduc_table import Table

from arena.duel import Duel
from arena.player import Player


def number(path: pathlib.Path) -> int:
    return int(re.search(r"(\d+)", path.stem).group(1))


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("run", type=pathlib.Path)
    ap.add_argument("--hands", type=int, default=2000)
    ap.add_argument("--margin", type=float, default=0.05)
    ap.add_argument("--csv", default="gauntlet.csv")
    opts = ap.parse_args()

    files = sorted(opts.run.glob("ckpt_*.pt"), key=number)
    if len(files) < 2:
        ap.error(f"{opts.run}: at least two checkpoints are needed")
    table = Table(seed=0)
    champion = Player("champion", table.n_features, table.n_actions).load(files[0])
    challenger = Player("challenger", table.n_features, table.n_actions).load(files[1])

    duel = Duel(table, champion, challenger)
    duel.start()
    rows = []
    for file in files[1:]:
        challenger.load(file)
        champion.clear_memory()
        tally = duel.play(opts.hands)
        rows.append((number(champion.file), number(file), tally.per_hand))
        print(f"{champion.file.name} vs {file.name}: {tally.per_hand:+.3f} per hand")
        if tally.per_hand > opts.margin:
            champion.load(file)
            champion.clear_memory()
    with open(opts.csv, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(("champion", "challenger", "challenger_per_hand"))
        w.writerows(rows)


if __name__ == "__main__":
    main()
