import glob
import os

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Trader(nn.Module):
    def __init__(self, n_in=3, width=64):
        super().__init__()
        self.norm = nn.LayerNorm(n_in + 1)
        self.lstm = nn.LSTM(n_in + 1, width)
        self.pos = nn.Linear(width, 3)

    def forward(self, x, hc=None):
        y, hc = self.lstm(self.norm(x), hc)
        return self.pos(y), hc


def soup(folder, count):
    """Mean of the `count` newest snapshots that the night job left, as a flat vector."""
    files = sorted(glob.glob(os.path.join(folder, "*.pt")), key=os.path.getmtime)[-count:]
    if not files:
        return None
    total, scratch = 0.0, Trader()
    for f in files:
        scratch.load_state_dict(torch.load(f, map_location="cpu"))
        total = total + parameters_to_vector(scratch.parameters()).detach()
    return total / len(files)


class Desk:
    FEE = 0.0004

    def __init__(self, net):
        self.net = net
        self.hc = None
        self.side = 0
        self.equity = 1.0
        self.mark = None

    @torch.no_grad()
    def on_bar(self, close, x):
        if self.mark is not None:
            self.equity *= 1 + self.side * (close / self.mark - 1)
        self.mark = close
        inp = torch.cat([torch.from_numpy(x), torch.tensor([float(self.side)])])
        logits, self.hc = self.net(inp.view(1, 1, -1), self.hc)
        side = int(logits.argmax()) - 1
        if side != self.side:
            self.equity *= 1 - self.FEE * abs(side - self.side)
            self.side = side
        return side

    def install(self, flat):
        vector_to_parameters(flat, self.net.parameters())
