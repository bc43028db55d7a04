import torch
import torch.nn as nn


class Dispatcher(nn.Module):
    def __init__(self, n_in=4, n_out=3, width=64):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(n_in, width), nn.ELU())
        self.core = nn.GRUCell(width, width)
        self.signal = nn.Linear(width, n_out)
        self.delay = nn.Linear(width, 1)
        self.width = width

    def picture(self):
        return torch.zeros(1, self.width)

    def forward(self, x, picture):
        picture = self.core(self.trunk(x), picture)
        return self.signal(picture), self.delay(picture)[0, 0], picture
