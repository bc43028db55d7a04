import argparse
import csv
import sys
from collections import deque
from pathlib import Path

import torch

from model import GlucoseLSTM, fit

SCALE = torch.tensor([200.0, 10.0, 60.0])
HORIZON = 6     # half an hour


class LiveForecaster:
    def __init__(self, model, low=70.0, high=250.0):
        self.model = model.eval()
        self.low, self.high = low, high
        self.state = None
        self.recent = deque(maxlen=12)

    def new_patient(self):
        self.state = None
        self.recent.clear()

    @torch.no_grad()
    def push(self, glucose, insulin, carbs):
        x = (torch.tensor([glucose, insulin, carbs]) / SCALE).view(1, 1, 3)
        nxt, self.state = self.model(x, self.state)
        self.recent.append(glucose)
        return self._look_ahead(nxt)

    def _look_ahead(self, nxt):
        # roll the model forward on its own output, no insulin and no meals
        path = [nxt.item()]
        state = self.state
        for _ in range(HORIZON - 1):
            x = torch.cat([nxt, torch.zeros(1, 1, 2)], dim=-1)
            nxt, state = self.model(x, state)
            path.append(nxt.item())
        return [p * SCALE[0].item() for p in path]

    def alarm(self, path):
        if min(path) < self.low:
            return "LOW"
        if max(path) > self.high:
            return "HIGH"
        return ""


def read_rows(path):
    with open(path, newline="") as f:
        for row in csv.DictReader(f):
            yield row["time"], float(row["glucose"]), float(row["insulin"] or 0), float(row["carbs"] or 0)


def load_days(folder, steps=288):
    days = []
    for path in sorted(Path(folder).glob("*.csv")):
        rows = torch.tensor([r[1:] for r in read_rows(path)]) / SCALE
        days += list(rows[: len(rows) // steps * steps].view(-1, steps, 3))
    return torch.stack(days)


def main():
    ap = argparse.ArgumentParser()
    sub = ap.add_subparsers(dest="cmd", required=True)
    tr = sub.add_parser("train")
    tr.add_argument("folder")
    tr.add_argument("--epochs", type=int, default=40)
    rp = sub.add_parser("replay")
    rp.add_argument("patients", nargs="+")
    ap.add_argument("--weights", default="glucose.pt")
    args = ap.parse_args()

    model = GlucoseLSTM()
    if args.cmd == "train":
        fit(model, load_days(args.folder), args.epochs)
        torch.save(model.state_dict(), args.weights)
        return

    model.load_state_dict(torch.load(args.weights))
    forecaster = LiveForecaster(model)
    out = csv.writer(sys.stdout)
    for patient in args.patients:
        forecaster.new_patient()
        for time, glucose, insulin, carbs in read_rows(patient):
            path = forecaster.push(glucose, insulin, carbs)
            out.writerow([Path(patient).stem, time, glucose, round(path[-1], 1), forecaster.alarm(path)])


if __name__ == "__main__":
    main()
