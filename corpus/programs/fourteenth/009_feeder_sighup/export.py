"""Turns a trained checkpoint into the TorchScript file that the feeder controller runs."""
import sys
from typing import Tuple

import torch
from torch import nn


class TapNet(nn.Module):
    def __init__(self, n_meas: int = 12, hidden: int = 96, n_taps: int = 5):
        super().__init__()
        self.norm = nn.LayerNorm(n_meas)
        self.lstm = nn.LSTMCell(n_meas, hidden)
        self.tap = nn.Linear(hidden, n_taps)
        self.var = nn.Linear(hidden, 1)

    def forward(self, meas: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        h, c = self.lstm(self.norm(meas), (h, c))
        return self.tap(h), torch.tanh(self.var(h)), h, c


if __name__ == "__main__":
    ckpt, target = sys.argv[1:3]
    net = TapNet()
    net.load_state_dict(torch.load(ckpt, map_location="cpu")["policy"])
    torch.jit.script(net.eval()).save(target)
