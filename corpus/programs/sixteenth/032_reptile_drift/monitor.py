import argparse
import collections
import copy
import csv

import torch
from torch import nn

from meta import Forecaster


class SpindleMonitor:
    """Follows one spindle, adapts to it on the fly, alarms on large errors."""

    def __init__(self, meta_path, chunk=16, lr=5e-3, drift=3.0):
        self.net = Forecaster()
        self.net.load_state_dict(torch.load(meta_path, map_location="cpu"))
        self.prior = copy.deepcopy(self.net.state_dict())
        self.lr = lr
        self.opt = torch.optim.SGD(self.net.parameters(), lr=lr)
        self.chunk = chunk
        self.drift = drift
        self.h = None
        self.xs, self.ys = [], []
        self.errors = collections.deque(maxlen=50)

    def start_over(self):
        self.net.load_state_dict(self.prior)
        self.opt = torch.optim.SGD(self.net.parameters(), lr=self.lr)
        self.errors.clear()

    def feed(self, features, target):
        self.xs.append(features)
        self.ys.append([target])
        if len(self.xs) < self.chunk:
            return None
        x = torch.tensor([self.xs], dtype=torch.float32)
        y = torch.tensor([self.ys], dtype=torch.float32)
        self.xs, self.ys = [], []

        pred, h = self.net(x, self.h)
        loss = nn.functional.mse_loss(pred, y)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.h = h.detach()

        err = loss.item()
        drifted = False
        if len(self.errors) == self.errors.maxlen:
            mean = sum(self.errors) / len(self.errors)
            drifted = err > self.drift * mean
        if drifted:
            self.start_over()
        else:
            self.errors.append(err)
        return err, drifted


def rows(path):
    with open(path) as f:
        reader = csv.reader(f)
        next(reader)
        for row in reader:
            vals = [float(v) for v in row]
            yield vals[:6], vals[6]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("log")
    ap.add_argument("--meta", default="meta.pt")
    args = ap.parse_args()
    monitor = SpindleMonitor(args.meta)
    for i, (features, target) in enumerate(rows(args.log)):
        res = monitor.feed(features, target)
        if res is not None:
            err, drifted = res
            print(i, round(err, 4), "TOOL CHANGE?" if drifted else "")


if __name__ == "__main__":
    main()
