import argparse
import glob
import sys

import numpy as np
import torch
import torch.nn as nn

from market import DayReplay


class Quoter(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.norm = nn.LayerNorm(5)
        self.rnns = nn.ModuleList([nn.GRUCell(5, hidden), nn.GRUCell(hidden, hidden)])
        self.out = nn.Linear(hidden, 2)
        self.hidden = hidden

    def init_hidden(self, batch=1):
        return [torch.zeros(batch, self.hidden) for _ in self.rnns]

    def forward(self, x, hs):
        x, new = self.norm(x), []
        for rnn, h in zip(self.rnns, hs):
            x = rnn(x, h)
            new.append(x)
        skew, width = self.out(x).unbind(-1)
        return 2 * torch.tanh(skew), nn.functional.softplus(width) + 0.2, new


def sharpe(x):
    x = np.asarray(x)
    return x.mean() / (x.std() + 1e-9) * np.sqrt(252)


def backtest(net, env, days, verbose):
    net.eval()
    hs = net.init_hidden()
    daily, max_inv = [], []
    with torch.no_grad():
        for day in range(days):
            obs = env.reset()
            pnl, peak, done = 0.0, 0, False
            while not done:
                skew, width, hs = net(torch.from_numpy(obs)[None], hs)
                obs, r, done = env.step(skew.item(), width.item())
                pnl += r
                peak = max(peak, abs(env.inv))
            daily.append(pnl)
            max_inv.append(peak)
            if verbose:
                print(f"{env.files[env.k]}  pnl {pnl:9.2f}  max inventory {peak}")
    return daily, max_inv


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--data", default="days/*.npy")
    ap.add_argument("--max-days", type=int, default=60)
    ap.add_argument("-v", "--verbose", action="store_true")
    args = ap.parse_args()
    files = sorted(glob.glob(args.data))[-args.max_days:]
    if not files:
        sys.exit(f"nothing matches {args.data}")
    net = Quoter()
    net.load_state_dict(torch.load(args.weights, map_location="cpu"))
    daily, inv = backtest(net, DayReplay(files), len(files), args.verbose)
    print(f"{len(files)} days, total {sum(daily):.2f}, sharpe {sharpe(daily):.2f}, "
          f"worst day {min(daily):.2f}, max inventory {max(inv)}")


if __name__ == "__main__":
    main()
