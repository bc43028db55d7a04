import argparse
import glob

import pandas as pd
import torch
import torch.nn.functional as F

from model import ValveNet

SENSORS = [f"probe{i}" for i in range(6)] + ["air_temp", "radiation", "rain"]
VALVES = [f"valve{i}" for i in range(4)]


def season(path):
    df = pd.read_csv(path).ffill()
    return torch.tensor(df[SENSORS].values, dtype=torch.float32), torch.tensor(df[VALVES].values, dtype=torch.float32)


def run_season(net, x, y, opt=None, tbptt=96):
    net.reset()
    total = 0.0
    for s in range(0, len(x), tbptt):
        loss = 0.0
        for t in range(s, min(s + tbptt, len(x))):
            loss = loss + F.mse_loss(net(x[t : t + 1]), y[t : t + 1])
        if opt is not None:
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
        net.detach()
        total += float(loss)
    return total / len(x)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--logs", default="logs/*.csv")
    ap.add_argument("--epochs", type=int, default=60)
    ap.add_argument("--out", default="valves.pt")
    args = ap.parse_args()

    seasons = [season(p) for p in sorted(glob.glob(args.logs))]
    train, held = seasons[:-1], seasons[-1]
    net = ValveNet()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    best = float("inf")
    for epoch in range(args.epochs):
        tr = sum(run_season(net, x, y, opt) for x, y in train) / len(train)
        with torch.no_grad():
            va = run_season(net, *held)
        if va < best:
            best = va
            torch.save(net.state_dict(), args.out)
        print(f"{epoch:3d} train {tr:.5f} held-out {va:.5f}")


if __name__ == "__main__":
    main()
