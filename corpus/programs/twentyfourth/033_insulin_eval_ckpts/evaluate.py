import argparse
import csv
from pathlib import Path

import numpy as np
import torch

from doser import BasalDoser
from patient import Patient


def tir(values):
    v = np.asarray(values)
    return ((v >= 70) & (v <= 180)).mean()


def main():
    parser = argparse.ArgumentParser(description="time in range for all checkpoints of a run")
    parser.add_argument("run", type=Path)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--restart", action="store_true", help="new patient for every checkpoint")
    parser.add_argument("--csv", type=Path, default=Path("tir.csv"))
    args = parser.parse_args()

    model = BasalDoser()
    model.eval()
    patient = Patient(args.seed)
    obs = patient.reading()
    hidden = model.init_hidden()

    rows = []
    for ckpt in sorted(args.run.glob("epoch_*.pt"), key=lambda p: int(p.stem.split("_")[1])):
        model.load_state_dict(torch.load(ckpt, map_location="cpu")["model"])
        if args.restart:
            obs = patient.restart()
            hidden = model.init_hidden()

        trace, insulin = [], 0.0
        with torch.no_grad():
            for _ in range(args.days * 288):
                rate, hidden = model(torch.from_numpy(obs).view(1, 1, -1), hidden)
                obs, glucose = patient.advance(rate.item())
                trace.append(glucose)
                insulin += rate.item() / 12
        rows.append([ckpt.name, tir(trace), float(np.mean(trace)), min(trace), insulin / args.days])
        print("{}  TIR {:.1%}  mean {:.0f}  low {:.0f}  {:.1f} U/day".format(*rows[-1]))

    with args.csv.open("w", newline="") as fh:
        w = csv.writer(fh)
        w.writerow(["checkpoint", "tir", "mean", "low", "units_per_day"])
        w.writerows(rows)


if __name__ == "__main__":
    main()
