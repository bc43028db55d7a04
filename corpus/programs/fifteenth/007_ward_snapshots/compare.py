"""Compare the snapshots of a training run on the (one, slow) digital twin of the wards.

The twin takes twenty minutes to warm up, so it is started once and the snapshots take turns.
"""
import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import torch

from policy import BedPolicy
from twin import WardTwin


@dataclass
class Row:
    snapshot: str
    turn: int
    waiting_hours: float
    moves: int
    overflow: int


def take_turn(twin: WardTwin, policy: BedPolicy, hours: int):
    belief = policy.initial_belief(twin.n_wards)
    waiting, moves, overflow = 0.0, 0, 0
    for _ in range(hours):
        obs = torch.as_tensor(twin.observe(), dtype=torch.float32)
        with torch.no_grad():
            scores, belief = policy(obs, belief)
        ward = int(scores.argmax())
        info = twin.advance(ward)
        waiting += info["waiting"]
        moves += info["moved"]
        overflow += info["overflow"]
    return waiting, moves, overflow


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("run", type=Path)
    p.add_argument("--hours", type=int, default=168)
    p.add_argument("--turns", type=int, default=4)
    p.add_argument("--out", type=Path, default=Path("snapshots.csv"))
    p.add_argument("--warmup", type=int, default=24 * 30)
    args = p.parse_args()

    twin = WardTwin(seed=5)
    for _ in range(args.warmup):
        twin.advance(twin.emptiest())

    policy = BedPolicy(twin.n_features)
    policy.eval()
    rows = []
    paths = sorted(args.run.glob("snapshot_*.pt"))
    for turn in range(args.turns):
        for path in paths:
            policy.load_state_dict(torch.load(path, map_location="cpu")["policy"])
            waiting, moves, overflow = take_turn(twin, policy, args.hours)
            rows.append(Row(path.stem, turn, waiting, moves, overflow))
            print(f"{path.stem:>20} turn {turn}: {waiting:9.1f} h waiting, {moves} moves, {overflow} overflow")

    with args.out.open("w", newline="") as f:
        w = csv.writer(f)
        w.writerow(Row.__dataclass_fields__)
        w.writerows([r.snapshot, r.turn, r.waiting_hours, r.moves, r.overflow] for r in rows)


if __name__ == "__main__":
    main()
