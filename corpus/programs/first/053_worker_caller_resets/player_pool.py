"""One process plays all seats. `load` of the shared net and the bookkeeping of memories are separate on purpose:
the same net object is used for several tables."""
import collections
import os
import random

import numpy as np
import torch
import torch.nn as nn


class TableNet(nn.Module):
    def __init__(self, d=133, n=46):
        super().__init__()
        self.g = nn.GRU(d, 200, 2)
        self.p = nn.Linear(200, n)

    def forward(self, x, hx):
        y, hx = self.g(x, hx)
        return self.p(y[0]), hx


class Seat:
    def __init__(self, net):
        self.net = net
        self.hx = torch.zeros(2, 1, 200)

    def play(self, obs, legal):
        with torch.no_grad():
            lg, self.hx = self.net(torch.from_numpy(obs).float()[None, None], self.hx)
        lg = lg[0].masked_fill(~torch.from_numpy(legal), -1e8)
        return int(lg.argmax())


def load_into(net, path):
    net.load_state_dict(torch.load(path, map_location="cpu"))
    net.eval()


def main(folder="hist", tables=8, hands=50_000):
    from riichi import Table

    net = TableNet()
    files = sorted(os.listdir(folder))
    load_into(net, os.path.join(folder, files[-1]))
    ts = [Table(seed=i) for i in range(tables)]
    seats = [[Seat(net) for _ in range(4)] for _ in ts]
    pts = collections.defaultdict(list)
    cur = files[-1]
    for h in range(hands):
        if h % 500 == 499:
            cur = random.choice(files)
            load_into(net, os.path.join(folder, cur))
            for row in seats:
                for s in row:
                    s.hx = torch.zeros(2, 1, 200)
        for t, row in zip(ts, seats):
            for _ in range(30):
                who = t.turn
                t.play(row[who].play(t.view(who), t.legal()))
                if t.over:
                    pts[cur].append(t.points())
                    t.deal()
                    for s in row:
                        s.hx = torch.zeros_like(s.hx)
    for k, v in pts.items():
        print(k, np.mean(v, 0).round(2))


if __name__ == "__main__":
    main()
