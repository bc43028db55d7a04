import argparse
import csv
import random
from pathlib import Path

from admiral import Admiral
from sea import Sea

K = 24
MAX_SHOTS = 400


def expected(a, b):
    return 1 / (1 + 10 ** ((b - a) / 400))


def battle(blue, gold):
    """1.0 when blue wins, 0.0 when gold does, 0.5 when both run out of shells."""
    try:
        waters = {blue: Sea(), gold: Sea()}
        for _ in range(MAX_SHOTS):
            for me, other in ((blue, gold), (gold, blue)):
                cell = me.aim_at()
                call = waters[other].fire(cell)
                me.hear(cell, call)
                if call == "waste" and random.random() < 0.02:
                    return 1.0 if other is blue else 0.0
                if waters[other].beaten():
                    return 1.0 if me is blue else 0.0
        return 0.5
    finally:
        blue.wipe()
        gold.wipe()


def ladder(entries, rounds, seed):
    rng = random.Random(seed)
    elo = {p: 1000.0 for p in entries}
    blue, gold = Admiral().eval(), Admiral().eval()
    for n in range(rounds):
        a, b = rng.sample(entries, 2)
        blue.study(a)
        gold.study(b)
        result = battle(blue, gold)
        gain = K * (result - expected(elo[a], elo[b]))
        elo[a] += gain
        elo[b] -= gain
        if n % 100 == 99:
            leader = max(elo, key=elo.get)
            print(f"after {n + 1}: {leader.stem} leads with {elo[leader]:.0f}")
    return elo


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--rounds", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--csv", type=Path)
    opt = ap.parse_args()
    table = ladder(sorted(opt.folder.glob("*.pt")), opt.rounds, opt.seed)
    rows = sorted(table.items(), key=lambda kv: kv[1], reverse=True)
    for path, rating in rows:
        print(f"{path.stem:25s} {rating:7.1f}")
    if opt.csv:
        with opt.csv.open("w", newline="") as out:
            csv.writer(out).writerows([p.stem, round(r, 1)] for p, r in rows)
