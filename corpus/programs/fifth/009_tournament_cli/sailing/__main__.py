import argparse
import statistics

from .entrants import parse
from .regatta import regatta


def main() -> None:
    ap = argparse.ArgumentParser(prog="sailing")
    ap.add_argument("entrants", nargs="+", help="beater, drifter[:seed] or a model zip")
    ap.add_argument("--heats", type=int, default=20)
    ns = ap.parse_args()
    table = regatta([parse(s) for s in ns.entrants], ns.heats)
    for name, times in sorted(table.items(), key=lambda kv: statistics.mean(kv[1])):
        print(f"{name:20s} {statistics.mean(times):7.1f} ± {statistics.pstdev(times):.1f}")


if __name__ == "__main__":
    main()
