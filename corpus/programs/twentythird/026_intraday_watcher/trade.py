#!/usr/bin/env python3
# intraday battery trader: reads ticks from a csv feed on stdin, prints orders
import csv
import os
import sys
import time

import torch
import torch.nn as nn

MODEL = os.environ.get("TRADER_MODEL", "/srv/trader/current.pth")
CHECK_EVERY = 30.0
HID = 64
COLS = ["bid", "ask", "last", "vol", "spread_da", "wind_err", "minutes_to_gate"]


class Trader(nn.Module):
    def __init__(self):
        super().__init__()
        self.inp = nn.Linear(len(COLS) + 1, HID)
        self.cell = nn.GRUCell(HID, HID)
        self.out = nn.Linear(HID, 3)

    def forward(self, x, h):
        h = self.cell(torch.relu(self.inp(x)), h)
        return self.out(h), h


def mtime(path):
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return None


def read_ticks(fh):
    for row in csv.DictReader(fh):
        yield row["product"], [float(row[c]) for c in COLS], row["gate_closed"] == "1"


class Book:
    """battery position plus one hidden vector per delivery product"""

    def __init__(self):
        self.soc = 0.5
        self.hidden = {}

    def get(self, product):
        return self.hidden.setdefault(product, torch.zeros(1, HID))

    def close(self, product):
        self.hidden.pop(product, None)

    def forget(self):
        self.hidden.clear()


def main():
    net = Trader()
    net.load_state_dict(torch.load(MODEL, map_location="cpu"))
    net.eval()
    stamp = mtime(MODEL)
    next_check = time.monotonic() + CHECK_EVERY
    book = Book()

    for product, feats, closed in read_ticks(sys.stdin):
        if time.monotonic() >= next_check:
            next_check = time.monotonic() + CHECK_EVERY
            now = mtime(MODEL)
            if now is not None and now != stamp:
                stamp = now
                net.load_state_dict(torch.load(MODEL, map_location="cpu"))
                book.forget()
                print("# new model", now, file=sys.stderr)

        if closed:
            book.close(product)
            continue

        x = torch.tensor([feats + [book.soc]])
        with torch.no_grad():
            logits, h = net(x, book.get(product))
        book.hidden[product] = h
        a = int(logits.argmax())
        if a == 1 and book.soc <= 0.95:
            book.soc += 0.05
            print(f"{product},BUY,{feats[1]:.2f}", flush=True)
        elif a == 2 and book.soc >= 0.05:
            book.soc -= 0.05
            print(f"{product},SELL,{feats[0]:.2f}", flush=True)


if __name__ == "__main__":
    main()
