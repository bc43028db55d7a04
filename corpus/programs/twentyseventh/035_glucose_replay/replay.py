"""Replay a ward's CGM export and write 30 minute glucose forecasts.

The export holds one row per event:
  ts,patient,kind,glucose,carbs,insulin
kind is "reading", "sensor_change" or "night".
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn as nn


class GlucoseNet(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.rnn = nn.GRU(3, hidden, num_layers=2)
        self.out = nn.Sequential(nn.Linear(hidden, 16), nn.ReLU(), nn.Linear(16, 1))
        self.hidden = None

    def clear(self):
        self.hidden = None

    @torch.no_grad()
    def push(self, glucose, carbs, insulin):
        x = torch.tensor([[[glucose / 100.0, carbs / 50.0, insulin / 5.0]]])
        y, self.hidden = self.rnn(x, self.hidden)
        return glucose + 100.0 * self.out(y[-1, 0]).item()


def install(net, path):
    net.load_state_dict(torch.load(path, map_location="cpu"))
    net.eval()


def number(text):
    return float(text) if text else 0.0


def newest(folder, before):
    """Latest fine-tuned file not younger than the event."""
    best = None
    for f in sorted(folder.glob("tuned_*.pt")):
        if f.stem.split("_", 1)[1] <= before:
            best = f
    return best


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("export", type=Path)
    p.add_argument("--base", type=Path, default=Path("weights/base.pt"))
    p.add_argument("--personal", type=Path, default=Path("weights/personal"))
    p.add_argument("--out", type=Path, default=Path("forecast.csv"))
    p.add_argument("--low", type=float, default=70.0)
    return p.parse_args()


def main():
    args = parse_args()
    nets = {}
    alarms = 0
    with args.export.open() as src, args.out.open("w", newline="") as dst:
        writer = csv.writer(dst)
        writer.writerow(["ts", "patient", "glucose", "forecast", "alarm"])
        for row in csv.DictReader(src):
            pid = row["patient"]
            if pid not in nets:
                nets[pid] = GlucoseNet()
                nets[pid].load_state_dict(torch.load(args.base, map_location="cpu"))
                nets[pid].eval()
            net = nets[pid]
            folder = args.personal / pid

            if row["kind"] == "sensor_change":
                fresh = folder / "new_sensor.pt"
                if fresh.exists():
                    install(net, fresh)
                net.clear()
            elif row["kind"] == "night":
                tuned = newest(folder, row["ts"][:10])
                if tuned is not None:
                    install(net, tuned)
            else:
                g = number(row["glucose"])
                forecast = net.push(g, number(row["carbs"]), number(row["insulin"]))
                alarm = forecast < args.low
                alarms += alarm
                writer.writerow([row["ts"], pid, g, round(forecast, 1), int(alarm)])
    print(f"{len(nets)} patients, {alarms} low alarms")


if __name__ == "__main__":
    main()
