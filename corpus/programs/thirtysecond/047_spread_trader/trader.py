import torch
from torch import nn


class Trader(nn.Module):
    def __init__(self, n_feat=2, units=24):
        super().__init__()
        self.units = units
        self.gru = nn.GRUCell(n_feat + 1, units)
        self.size = nn.Linear(units, 1)

    def forward(self, feat, pos, mind):
        mind = self.gru(torch.cat([feat, pos], -1), mind)
        return torch.tanh(self.size(mind)), mind


class Desk:
    """Trades one stretch of the market from flat."""

    def __init__(self, trader, cost=2e-4, lanes=1):
        self.trader, self.cost = trader, cost
        self.pos = torch.zeros(lanes, 1)
        self.mind = torch.zeros(lanes, trader.units)

    def trade(self, feats, rets):
        pnl = []
        for f, r in zip(feats.unbind(1), rets.unbind(1)):
            want, self.mind = self.trader(f, self.pos, self.mind)
            pnl.append((want * r.unsqueeze(-1) - self.cost * (want - self.pos).abs()).squeeze(-1))
            self.pos = want
        return torch.stack(pnl, 1)


def sharpe(pnl):
    return pnl.mean() / (pnl.std() + 1e-8)
