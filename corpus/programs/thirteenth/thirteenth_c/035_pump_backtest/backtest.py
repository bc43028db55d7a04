"""Replay a pump's sensor log through the models that were in production at the time.

Each month has its own checkpoint (models/2023-04.pt is the model that was live in April).
Writes the one-step prediction error per batch, for the alarm threshold study.

    python backtest.py pump_07.parquet models/ errors.csv
"""
import argparse
import csv
from pathlib import Path

import pandas as pd
import torch
from torch import nn

from features import COLUMNS, batches, load_log

MAX_GAP = pd.Timedelta(hours=2)


class PumpPredictor(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.norm = nn.LayerNorm(len(COLUMNS))
        self.lstm = nn.LSTM(len(COLUMNS), width, num_layers=2, batch_first=True)
        self.out = nn.Linear(width, len(COLUMNS))

    def forward(self, x, state=None):
        y, state = self.lstm(self.norm(x), state)
        return x + self.out(y), state


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("log")
    ap.add_argument("models", type=Path)
    ap.add_argument("out")
    ap.add_argument("--rows", type=int, default=360)
    ap.add_argument("--device", default="cpu")
    args = ap.parse_args()

    df = load_log(args.log)
    net = PumpPredictor().to(args.device).eval()
    state, last_ts = None, None

    with open(args.out, "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["month", "start", "mse", *COLUMNS])
        for month, part in df.groupby("month", sort=True):
            ckpt = args.models / f"{month}.pt"
            if not ckpt.exists():
                print(f"{month}: no model, going on with the one before")
            else:
                net.load_state_dict(torch.load(ckpt, map_location=args.device)["model"])

            errors = []
            for start, end, rows in batches(part, args.rows):
                if last_ts is not None and start - last_ts > MAX_GAP:
                    state = None
                last_ts = end
                x = torch.from_numpy(rows).unsqueeze(0).to(args.device)
                with torch.no_grad():
                    pred, state = net(x[:, :-1], state)
                err = (pred - x[:, 1:]).pow(2).mean(dim=(0, 1))
                errors.append(err.mean().item())
                w.writerow([month, start.isoformat(), f"{errors[-1]:.6f}", *(f"{e:.6f}" for e in err.tolist())])
            if errors:
                print(f"{month}: {len(errors)} batches, mean mse {sum(errors) / len(errors):.5f}")


if __name__ == "__main__":
    main()
