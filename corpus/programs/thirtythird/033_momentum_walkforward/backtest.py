import sys

import numpy as np
import pandas as pd
import torch
from torch import nn

from features import cube, load_prices, make_panel, walk_forward

COST = 0.0002


class Sizer(nn.Module):
    def __init__(self, n_feat=4, n=24):
        super().__init__()
        self.lstm = nn.LSTM(n_feat, n, batch_first=True)
        self.pos = nn.Linear(n, 1)

    def forward(self, x):
        y, _ = self.lstm(x)
        return torch.tanh(self.pos(y)).squeeze(-1)


def utility(pos, y):
    turn = (pos[:, 1:] - pos[:, :-1]).abs()
    pnl = pos * y
    pnl = torch.cat([pnl[:, :1], pnl[:, 1:] - COST * 100 * turn], dim=1).mean(0)
    return pnl.mean() / (pnl.std() + 1e-6)


def fit(net, x, y, epochs=150, patience=20):
    cut = int(x.shape[1] * 0.8)
    opt = torch.optim.Adam(net.parameters(), lr=2e-3, weight_decay=1e-4)
    best_u, best_w, wait = -np.inf, None, 0
    for epoch in range(epochs):
        net.train()
        opt.zero_grad()
        loss = -utility(net(x[:, :cut]), y[:, :cut])
        loss.backward()
        opt.step()
        net.eval()
        with torch.no_grad():
            u = utility(net(x)[:, cut:], y[:, cut:]).item()
        if u > best_u:
            best_u, wait = u, 0
            best_w = net.state_dict()
        else:
            wait += 1
            if wait > patience:
                break
    net.load_state_dict(best_w)
    return best_u


def main(path):
    px = load_prices(path)
    z, target = make_panel(px)
    assets = list(px.columns)
    rows = []
    for tr, te in walk_forward(z.index):
        net = Sizer()
        xtr = torch.from_numpy(cube(z.loc[tr], assets))
        ytr = torch.from_numpy(target.loc[tr, assets].to_numpy(np.float32).T.copy())
        u = fit(net, xtr, ytr)
        both = tr[-60:].append(te)
        with torch.no_grad():
            pos = net(torch.from_numpy(cube(z.loc[both], assets)))[:, -len(te):].numpy().T
        frame = pd.DataFrame(pos, index=te, columns=assets)
        rows.append((frame * target.loc[te, assets]).mean(axis=1))
        print(te[0].date(), f"valid={u:.3f}", f"test={rows[-1].mean() / rows[-1].std():.3f}")
    pnl = pd.concat(rows)
    print("sharpe", pnl.mean() / pnl.std() * 252 ** 0.5)
    pnl.to_csv("pnl.csv")


if __name__ == "__main__":
    main(sys.argv[1])
