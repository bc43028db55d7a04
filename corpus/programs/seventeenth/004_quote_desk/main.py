import csv
import sys

import torch

from desk import Committee

SEQ, HOUR = 60, 3600


def ticks(path):
    with open(path) as f:
        for row in csv.DictReader(f):
            feats = torch.tensor([float(row[f"f{i}"]) for i in range(8)])
            yield row["date"], float(row["mid"]), feats


def windows(buf, mids):
    x = torch.stack(buf)
    m = torch.tensor(mids)
    ret = (m[1:] - m[:-1]) / m[:-1] * 1e4
    n = len(ret) // SEQ
    return x[:n * SEQ].view(n, SEQ, -1), ret[:n * SEQ].view(n, SEQ)


def main(path):
    desk = Committee()
    buf, mids, today = [], [], None
    inventory, cash, half = 0, 0.0, 0.5
    bid = ask = None
    for date, mid, feats in ticks(path):
        if date != today:
            desk.new_session()
            today, buf, mids = date, [], []
            cash, inventory = cash + inventory * mid, 0
            bid = ask = None
        if bid is not None and mid <= bid:
            inventory, cash = inventory + 1, cash - bid
        elif ask is not None and mid >= ask:
            inventory, cash = inventory - 1, cash + ask
        drift, vol = desk.quote_params(feats)
        centre = mid * (1 + drift * 1e-4) - 0.01 * inventory
        spread = half * (1 + vol)
        bid, ask = centre - spread, centre + spread
        buf.append(feats)
        mids.append(mid)
        if len(buf) == HOUR:
            w, t = windows(buf, mids)
            desk.fit(w, t)
            swap = desk.reseed(t.mean().item(), inventory == 0)
            if swap:
                print(date, "member %d now follows %d" % swap, "pnl", round(cash + inventory * mid, 2))
            buf, mids = [], []
    print("final pnl", cash)


if __name__ == "__main__":
    main(sys.argv[1])
