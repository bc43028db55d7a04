import torch
from torch import nn

RATES = (0.0, 0.1, 0.2, 0.4, 0.8)


class Doser(nn.Module):
    def __init__(self, width=40):
        super().__init__()
        self.cell = nn.GRUCell(2, width)
        self.rate = nn.Linear(width, len(RATES))
        self.register_buffer("response", torch.zeros(1, width))

    def admit(self):
        self.response = torch.zeros_like(self.response)

    def forward(self, monitor):
        self.response = self.cell(monitor, self.response)
        return self.rate(self.response)
