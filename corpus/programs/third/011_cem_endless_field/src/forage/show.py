"""Draws the walk of a saved genome as text."""
import argparse
import time

import torch

from .brain import Brain
from .field import Field


def picture(field):
    rows = []
    for y in range(field.size):
        row = "".join("." if f else " " for f in field.food[y])
        if y == field.pos[0]:
            row = row[: field.pos[1]] + "^>v<"[(field.heading + 1) % 4] + row[field.pos[1] + 1 :]
        rows.append(row)
    return "\n".join(rows)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("genome")
    ap.add_argument("--ticks", type=int, default=500)
    ap.add_argument("--seed", type=int, default=77)
    ap.add_argument("--delay", type=float, default=0.05)
    args = ap.parse_args()
    brain, field = Brain(), Field(seed=args.seed)
    brain.express(torch.load(args.genome))
    obs, eaten = field.sense(), 0.0
    for t in range(args.ticks):
        obs, food = field.tick(brain.decide(obs))
        eaten += food
        print(f"\x1b[2J{picture(field)}\n{t} eaten {eaten:.0f}")
        time.sleep(args.delay)


if __name__ == "__main__":
    main()
