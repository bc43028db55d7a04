import argparse
import csv
import logging
from pathlib import Path

from helm import Helmsman
from sea import UpwindLeg

RADIO_EVERY = 120  # seconds between two looks into the depot


def sail_leg(helm, env, number):
    instruments, _ = env.reset(seed=number)
    helm.to_start_line()
    seconds, made_good = 0, 0.0
    while True:
        if seconds % RADIO_EVERY == RADIO_EVERY - 1:
            helm.refit()
        instruments, gain, mark, timeout, _ = env.step(helm.steer(instruments))
        made_good += gain
        seconds += 1
        if mark or timeout:
            return seconds, made_good, mark


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("depot", type=Path)
    ap.add_argument("--legs", type=int, default=8)
    ap.add_argument("--log", default="legs.csv")
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    helm, env = Helmsman(ns.depot), UpwindLeg()
    with open(ns.log, "w", newline="") as fh:
        out = csv.writer(fh)
        out.writerow(["leg", "seconds", "made_good", "mark"])
        for n in range(ns.legs):
            out.writerow([n, *sail_leg(helm, env, n)])


if __name__ == "__main__":
    main()
