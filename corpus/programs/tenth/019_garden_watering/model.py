import torch
from torch import nn


class WaterNet(nn.Module):
    def __init__(self, hidden_size=32):
        super().__init__()
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(3, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, 2)

    def init_hidden(self, batch):
        return (torch.zeros(1, batch, self.hidden_size), torch.zeros(1, batch, self.hidden_size))

    def forward(self, x, hidden):
        y, hidden = self.lstm(x, hidden)
        return self.out(y), hidden
