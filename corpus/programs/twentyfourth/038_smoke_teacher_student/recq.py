import torch
from torch import nn


class WatchNet(nn.Module):
    """Q network with its LSTM state inside, so callers only pass frames' features."""

    def __init__(self, feat: int, actions: int, cells: int = 48):
        super().__init__()
        self.cell = nn.LSTMCell(feat, cells)
        self.adv = nn.Linear(cells, actions)
        self.val = nn.Linear(cells, 1)
        self._hc = None

    def forget(self):
        self._hc = None

    def cut(self):
        if self._hc is not None:
            self._hc = tuple(s.detach() for s in self._hc)

    def forward(self, x):
        self._hc = self.cell(x, self._hc)
        a = self.adv(self._hc[0])
        return self.val(self._hc[0]) + a - a.mean(-1, keepdim=True)
