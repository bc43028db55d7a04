import torch
import torch.nn as nn


class GaitNet(nn.Module):
    def __init__(self, obs=45, act=12, sizes=(256, 128)):
        super().__init__()
        dims = [obs, *sizes]
        self.layers = nn.ModuleList(nn.GRUCell(a, b) for a, b in zip(dims, dims[1:]))
        self.head = nn.Linear(sizes[-1], act)

    def zero_hidden(self):
        return [torch.zeros(1, cell.hidden_size) for cell in self.layers]

    def forward(self, x, hidden):
        nxt = []
        for cell, h in zip(self.layers, hidden):
            x = cell(x, h)
            nxt.append(x)
        return torch.tanh(self.head(x)), nxt
