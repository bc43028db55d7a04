import torch
from torch import nn


class BasalDoser(nn.Module):
    def __init__(self, inputs=4, hidden=32, max_rate=4.0):
        super().__init__()
        self.hidden = hidden
        self.max_rate = max_rate
        self.rnn = nn.LSTM(inputs, hidden, num_layers=2, batch_first=True)
        self.mu = nn.Linear(hidden, 1)

    def init_hidden(self, batch=1):
        shape = (2, batch, self.hidden)
        return torch.zeros(shape), torch.zeros(shape)

    def forward(self, cgm_window, hidden):
        y, hidden = self.rnn(cgm_window, hidden)
        return self.max_rate * torch.sigmoid(self.mu(y[:, -1])), hidden
