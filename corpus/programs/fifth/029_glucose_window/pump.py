import argparse
import csv
import logging
import sys
from pathlib import Path

from glucose.dosing import Dosing
from glucose.download import Newer


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", type=Path, default=Path("models"))
    ap.add_argument("--start", default="dose-base.pt")
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    dosing = Dosing(ns.models / ns.start)
    Newer(ns.models, dosing.update).start()
    out = csv.writer(sys.stdout)
    for row in csv.DictReader(sys.stdin):
        if row["event"] == "new_sensor":
            dosing.new_sensor()
            continue
        dose = dosing.advise(float(row["glucose"]), float(row["carbs"]), float(row["iob"]), int(row["minute"]))
        out.writerow([row["minute"], dose])
        sys.stdout.flush()


if __name__ == "__main__":
    main()
