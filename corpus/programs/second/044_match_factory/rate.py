import argparse
import itertools
import json
import logging
import random
from pathlib import Path

import numpy as np
import torch

from ratings.arena import DuelArena
from ratings.player import load_player
from ratings.table import EloTable

log = logging.getLogger("rate")


def play_series(left, right, arena, games):
    score = 0.0
    for g in range(games):
        left.new_game()
        right.new_game()
        a, b = arena.reset()
        done, reward = False, 0.0
        while not done:
            if g % 2 == 0:
                (a, b), reward, done, _ = arena.step(left.act(a), right.act(b))
            else:
                (a, b), reward, done, _ = arena.step(right.act(a), left.act(b))
        value = 0.5 + 0.5 * reward
        score += value if g % 2 == 0 else 1.0 - value
    return score / games


def schedule(files, rng, rounds):
    for _ in range(rounds):
        pairs = list(itertools.combinations(files, 2))
        rng.shuffle(pairs)
        yield from pairs


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--games", type=int, default=10)
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--newest", type=int, default=20)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, default=Path("ratings.json"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    files = sorted(args.folder.glob("*.pt"))[-args.newest :]
    if len(files) < 2:
        raise SystemExit("need two players at least")
    arena, table, cache = DuelArena(seed=args.seed), EloTable(), {}
    crosstable = {}
    for i, (pa, pb) in enumerate(schedule(files, rng, args.rounds)):
        left, right = load_player(pa, cache), load_player(pb, cache)
        score = play_series(left, right, arena, args.games)
        table.record(left.label, right.label, score)
        crosstable[f"{left.label}|{right.label}"] = score
        if i % 25 == 0:
            log.info("%d series, best %s", i + 1, table.top(3))
            args.out.write_text(json.dumps({"elo": table.ratings, "cross": crosstable}, indent=1))
    names, values = zip(*table.top(len(files)))
    for name, value in zip(names, values):
        print(f"{value:7.1f}  {name}")
    print("spread", np.ptp(values))


if __name__ == "__main__":
    main()
