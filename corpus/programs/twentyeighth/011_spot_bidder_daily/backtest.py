"""Backtest of the day-ahead bidder: the weights of each morning's retraining are put in
as they would have been in production.

    python backtest.py prices.csv models/ --storage-mwh 10
"""
import argparse
import csv
import datetime as dt
import pathlib

import torch
import torch.nn as nn


class Bidder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.rnn = nn.GRU(6, width, num_layers=2)
        self.bid = nn.Linear(width, 2)

    def forward(self, row, regime=None):
        out, regime = self.rnn(row.view(1, 1, -1), regime)
        volume, price = self.bid(out[0, 0])
        return torch.tanh(volume).item(), price.item(), regime


class Desk:
    def __init__(self, storage, power, width):
        self.storage, self.power = storage, power
        self.level = storage / 2
        self.net = Bidder(width)
        self.regime = None
        self.cash = 0.0

    def take_over(self, path):
        saved = torch.load(path, map_location="cpu")
        if saved["width"] != self.net.width:
            self.net = Bidder(saved["width"])
            self.regime = None
        self.net.load_state_dict(saved["weights"])
        self.net.eval()

    def hour(self, row, spot, mean, std):
        with torch.no_grad():
            volume, limit, self.regime = self.net(row, self.regime)
        limit = mean + std * limit
        mwh = volume * self.power
        if mwh > 0 and spot <= limit:
            mwh = min(mwh, self.storage - self.level)
        elif mwh < 0 and spot >= limit:
            mwh = max(mwh, -self.level)
        else:
            mwh = 0.0
        self.level += mwh
        self.cash -= mwh * spot
        return mwh


def read_prices(path):
    with open(path, newline="") as f:
        for r in csv.DictReader(f):
            yield (dt.datetime.fromisoformat(r["time"]), float(r["spot"]),
                   float(r["load"]), float(r["wind"]), float(r["solar"]))


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("prices")
    ap.add_argument("models", type=pathlib.Path)
    ap.add_argument("--storage-mwh", type=float, default=10.0)
    ap.add_argument("--power-mw", type=float, default=2.5)
    ap.add_argument("--width", type=int, default=64)
    ap.add_argument("--mean", type=float, default=65.0)
    ap.add_argument("--std", type=float, default=40.0)
    args = ap.parse_args()

    desk = Desk(args.storage_mwh, args.power_mw, args.width)
    day, day_start_cash = None, 0.0
    for when, spot, load, wind, solar in read_prices(args.prices):
        if when.date() != day:
            if day is not None:
                print(f"{day}  {desk.cash - day_start_cash:10.2f}  total {desk.cash:12.2f}")
            day, day_start_cash = when.date(), desk.cash
            candidate = args.models / f"bidder_{day:%Y%m%d}.pt"
            if candidate.exists():
                desk.take_over(candidate)
        row = torch.tensor([(spot - args.mean) / args.std, load / 5e4, wind / 2e4, solar / 2e4,
                            when.hour / 23.0, desk.level / args.storage_mwh])
        desk.hour(row, spot, args.mean, args.std)
    print(f"final cash {desk.cash:.2f}, level {desk.level:.2f} MWh")


if __name__ == "__main__":
    main()
