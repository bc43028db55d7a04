import copy

import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F


class SpreadNet(nn.Module):
    def __init__(self, d=3, n=16):
        super().__init__()
        self.gru = nn.GRU(d, n)
        self.fc = nn.Linear(n, 1)

    def forward(self, x, s=None):
        y, s = self.gru(x, s)
        return self.fc(y), s


def spread_table(csv, a, b):
    df = pd.read_csv(csv, index_col="date", parse_dates=["date"])[[a, b]].dropna()
    beta = df[a].rolling(250).cov(df[b]) / df[b].rolling(250).var()
    s = df[a] - beta * df[b]
    out = pd.DataFrame({"s": (s - s.rolling(60).mean()) / s.rolling(60).std()})
    out["ds"] = out["s"].diff()
    out["vol"] = out["ds"].rolling(20).std()
    out["y"] = out["s"].shift(-1) - out["s"]
    return out.dropna()


def refit(proto, table, epochs=80):
    net = copy.deepcopy(proto)
    n = int(len(table) * 0.85)
    x = torch.tensor(table[["s", "ds", "vol"]].values, dtype=torch.float32).unsqueeze(1)
    y = torch.tensor(table["y"].values, dtype=torch.float32).view(-1, 1, 1)
    opt = torch.optim.AdamW(net.parameters(), 1e-3)
    kept, low = copy.deepcopy(net.state_dict()), float("inf")
    for _ in range(epochs):
        opt.zero_grad()
        pred, _ = net(x)
        F.smooth_l1_loss(pred[:n], y[:n]).backward()
        opt.step()
        with torch.no_grad():
            v = F.smooth_l1_loss(net(x)[0][n:], y[n:]).item()
        if v < low:
            low, kept = v, copy.deepcopy(net.state_dict())
    return kept
