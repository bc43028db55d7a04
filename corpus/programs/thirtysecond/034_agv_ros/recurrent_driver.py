import torch
import torch.nn as nn


class Driver(nn.Module):
    def __init__(self, n_beams=36, width=64, layers=2):
        super().__init__()
        self.width = width
        self.layers = layers
        self.front = nn.Sequential(nn.Linear(n_beams, width), nn.ELU())
        self.gru = nn.GRU(width, width, num_layers=layers, batch_first=True)
        self.twist = nn.Linear(width, 2)

    def forward(self, beams, inner):
        y, inner = self.gru(self.front(beams), inner)
        return torch.tanh(self.twist(y)), inner
