"""Makes a playlist from a training run: the n checkpoints that lie most evenly over the reward axis."""
import argparse
import pathlib
import re

import yaml

PATTERN = re.compile(r"_ep_(?P<epoch>\d+)_rew_+(?P<reward>-?[\d.]+?)_*\.pth$")


def scan(folder):
    found = []
    for path in pathlib.Path(folder).glob("*.pth"):
        m = PATTERN.search(path.name)
        if m:
            found.append((int(m["epoch"]), float(m["reward"]), path))
    return sorted(found)


def thin(rows, n):
    if len(rows) <= n:
        return rows
    lo, hi = rows[0][1], max(r[1] for r in rows)
    wanted = [lo + (hi - lo) * i / (n - 1) for i in range(n)]
    chosen, last = [], -1
    for w in wanted:
        later = [r for r in rows if r[0] > last] or rows[-1:]
        best = min(later, key=lambda r: abs(r[1] - w))
        if best[0] > last:
            chosen.append(best)
            last = best[0]
    return chosen


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("out")
    ap.add_argument("-n", type=int, default=6)
    ap.add_argument("--every", type=int, default=400)
    args = ap.parse_args()
    rows = [
        {"step": i * args.every, "checkpoint": str(p.resolve()), "caption": f"epoch {e}, reward {r:.1f}"}
        for i, (e, r, p) in enumerate(thin(scan(args.folder), args.n))
    ]
    pathlib.Path(args.out).write_text(yaml.safe_dump(rows, sort_keys=False))


if __name__ == "__main__":
    main()
