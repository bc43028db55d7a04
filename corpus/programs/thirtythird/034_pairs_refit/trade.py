import argparse

import numpy as np
import pandas as pd
import torch

from spread import SpreadNet, refit, spread_table

FEATS = ["s", "ds", "vol"]
BURN = 60


class Desk:
    def __init__(self, table):
        self.table = table
        self.net = SpreadNet()
        self.ctx = None
        self.month = None

    def _roll(self, i):
        history = self.table.iloc[max(0, i - 750):i - 1]
        self.net.load_state_dict(refit(self.net, history))
        past = torch.tensor(self.table[FEATS].values[i - BURN:i], dtype=torch.float32)
        with torch.no_grad():
            _, self.ctx = self.net(past.unsqueeze(1))

    def on_bar(self, i):
        day = self.table.index[i]
        if (day.year, day.month) != self.month:
            self._roll(i)
            self.month = (day.year, day.month)
        x = torch.tensor(self.table[FEATS].values[i], dtype=torch.float32).view(1, 1, -1)
        with torch.no_grad():
            edge, self.ctx = self.net(x, self.ctx)
        return float(np.clip(4.0 * edge.item(), -1.0, 1.0))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("csv")
    ap.add_argument("--pair", nargs=2, default=["KO", "PEP"])
    a = ap.parse_args()
    table = spread_table(a.csv, *a.pair)
    desk = Desk(table)
    pos = pd.Series(
        [desk.on_bar(i) for i in range(500, len(table))],
        index=table.index[500:],
    )
    pnl = pos * table["y"].iloc[500:] - 0.01 * pos.diff().abs().fillna(0.0)
    print(pnl.groupby(pnl.index.year).agg(["mean", "std", "sum"]))
    print("sharpe %.2f" % (pnl.mean() / pnl.std() * np.sqrt(252)))


if __name__ == "__main__":
    main()
