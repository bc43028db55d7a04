import argparse
import os

from runner import Runner

STAGES = [
    {"junctions": 4, "demand": 0.2},
    {"junctions": 4, "demand": 0.4},
    {"junctions": 9, "demand": 0.3},
    {"junctions": 9, "demand": 0.5},
    {"junctions": 16, "demand": 0.5},
]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--resume", help="checkpoint to begin with")
    ap.add_argument("--iters", type=int, default=3000, help="iterations per stage")
    ap.add_argument("--out", default="runs/grid")
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)

    runner = Runner(STAGES[0])
    if args.resume:
        runner.load(args.resume)

    for k, stage in enumerate(STAGES):
        best, path = -1e9, os.path.join(args.out, f"stage{k}.pt")
        avg = None
        for it in range(args.iters):
            r = runner.iterate()
            avg = r if avg is None else 0.95 * avg + 0.05 * r
            if it > 50 and avg > best:
                best = avg
                runner.save(path)
            if it % 200 == 0:
                print(f"stage {k} it {it} queue-reward {avg:.3f}")
        if k + 1 < len(STAGES):
            runner.load(path, STAGES[k + 1])


if __name__ == "__main__":
    main()
