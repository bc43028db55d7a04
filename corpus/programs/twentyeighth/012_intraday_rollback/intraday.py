#!/usr/bin/env python
# Intraday bidder: retrains every night on the last weeks, goes back to the best
# snapshot if the validation week got worse.
import argparse
import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class QuarterHourNet(nn.Module):
    def __init__(self, n_in, n_hid=48):
        super().__init__()
        self.lstm = nn.LSTM(n_in, n_hid, batch_first=True)
        self.head = nn.Linear(n_hid, 1)

    def forward(self, x, ctx=None):
        y, ctx = self.lstm(x, ctx)
        return self.head(y).squeeze(-1), ctx


def train_night(net, opt, feats, target, epochs, window):
    net.train()
    for _ in range(epochs):
        starts = np.random.randint(0, len(feats) - window, size=32)
        x = torch.stack([feats[s:s + window] for s in starts])
        y = torch.stack([target[s:s + window] for s in starts])
        pred, _ = net(x)
        loss = F.smooth_l1_loss(pred, y)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()


@torch.no_grad()
def validate(net, feats, target):
    net.eval()
    pred, _ = net(feats[None])
    return F.l1_loss(pred[0], target).item()


@torch.no_grad()
def warm_up(net, feats):
    net.eval()
    _, ctx = net(feats[None])
    return ctx


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("npz", help="arrays: features [T,F], price [T], quarter hours")
    parser.add_argument("--history", type=int, default=96 * 42)
    parser.add_argument("--lookback", type=int, default=96 * 2)
    parser.add_argument("--val", type=int, default=96 * 7)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--tolerance", type=float, default=1.05)
    parser.add_argument("--mw", type=float, default=1.0)
    args = parser.parse_args()

    data = np.load(args.npz)
    feats = torch.tensor(data["features"], dtype=torch.float32)
    price = torch.tensor(data["price"], dtype=torch.float32)
    step = torch.zeros_like(price)
    step[:-1] = (price[1:] - price[:-1]) / price.std()

    net = QuarterHourNet(feats.shape[1])
    opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
    best, best_err = copy.deepcopy(net.state_dict()), float("inf")
    ctx, cash = None, 0.0

    for t in range(args.history, len(feats) - 1):
        if t % 96 == 0 or ctx is None:
            lo, mid = t - args.history, t - args.val
            train_night(net, opt, feats[lo:mid], step[lo:mid], args.epochs, 96)
            err = validate(net, feats[mid:t], step[mid:t])
            if err > args.tolerance * best_err:
                net.load_state_dict(best)
                opt = torch.optim.AdamW(net.parameters(), lr=1e-3)
            elif err < best_err:
                best, best_err = copy.deepcopy(net.state_dict()), err
            ctx = warm_up(net, feats[t - args.lookback:t])
        with torch.no_grad():
            pred, ctx = net(feats[t].view(1, 1, -1), ctx)
        side = float(torch.sign(pred[0, 0])) if abs(pred[0, 0]) > 0.1 else 0.0
        cash += side * args.mw * 0.25 * float(price[t + 1] - price[t])
        if t % (96 * 7) == 0:
            print(f"week {t // (96 * 7)}: cash {cash:.1f}  best val {best_err:.4f}")
    print(f"result {cash:.1f}")


if __name__ == "__main__":
    main()
