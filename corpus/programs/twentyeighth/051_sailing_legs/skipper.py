import os

import torch
from torch import nn


class HelmNet(nn.Module):
    def __init__(self, n_in=7, n=64):
        super().__init__()
        self.body = nn.GRU(n_in, n, num_layers=2, batch_first=True)
        self.hands = nn.Linear(n, 2)

    def forward(self, x, feel):
        y, feel = self.body(x, feel)
        out = self.hands(y[:, -1])
        return torch.tanh(out[:, 0]), torch.sigmoid(out[:, 1]), feel


class Skipper:
    """One net, a set of weights for every point of sailing and band of wind."""

    def __init__(self, folder):
        self.net = HelmNet().eval()
        self.sheets = {}
        for name in os.listdir(folder):
            if name.endswith(".pt"):
                self.sheets[name[:-3]] = torch.load(os.path.join(folder, name), map_location="cpu")
        self.current = None
        self.feel = None

    def settle(self):
        self.feel = torch.zeros(2, 1, 64)

    def switch(self, point, strength):
        band = "light" if strength < 4 else "medium" if strength < 8 else "heavy"
        key = f"{point}_{band}"
        if key == self.current or key not in self.sheets:
            return False
        self.net.load_state_dict(self.sheets[key])
        self.current = key
        return True

    @torch.no_grad()
    def helm(self, sensed):
        x = torch.from_numpy(sensed).view(1, 1, -1)
        rudder, sheet, self.feel = self.net(x, self.feel)
        return rudder.item(), sheet.item()
