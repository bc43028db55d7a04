import argparse
import csv

import numpy as np

from doser import Doser
from patients import Patient


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", default="doser.pt")
    ap.add_argument("--cohort", type=int, default=200)
    ap.add_argument("--csv", default="cohort.csv")
    args = ap.parse_args()

    doser = Doser.from_file(args.weights)
    rows = []
    for pid in range(args.cohort):
        patient = Patient(pid)
        chart = patient.admit()
        over, total, good, hours = False, 0.0, 0, 0
        while not over:
            k = doser.dose(chart)
            chart, reward, over, in_range = patient.treat(k)
            total += reward
            good += in_range
            hours += 1
        rows.append([pid, round(total, 2), round(good / hours, 3), hours])
    with open(args.csv, "w", newline="") as fh:
        w = csv.writer(fh)
        w.writerow(["patient", "return", "time_in_range", "hours"])
        w.writerows(rows)
    tir = np.array([r[2] for r in rows])
    print("time in range %.3f (5%% %.3f)" % (tir.mean(), np.percentile(tir, 5)))


if __name__ == "__main__":
    main()
