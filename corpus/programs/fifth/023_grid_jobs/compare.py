"""Compare all checkpoints of a folder on the same fortnights."""
import argparse
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from statistics import mean, stdev

from gridjobs.jobs import Job, prepare, run


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path)
    ap.add_argument("--seeds", type=int, default=16)
    ap.add_argument("--workers", type=int)
    ns = ap.parse_args()

    jobs = [Job(p, s) for p in sorted(ns.folder.glob("*.pt")) for s in range(ns.seeds)]
    table = defaultdict(list)
    with ProcessPoolExecutor(ns.workers, initializer=prepare) as pool:
        futures = {pool.submit(run, job): job for job in jobs}
        for fut in as_completed(futures):
            out = fut.result()
            table[out.checkpoint].append(out.profit)
    for name, profits in sorted(table.items(), key=lambda kv: -mean(kv[1])):
        print(f"{name:30s} {mean(profits):9.1f} ± {stdev(profits) if len(profits) > 1 else 0:.1f}")


if __name__ == "__main__":
    main()
