import torch
from torch import nn
from torch.distributions import Normal


class OperatorNet(nn.Module):
    def __init__(self, units=56):
        super().__init__()
        self.units = units
        self.lstm = nn.LSTMCell(3, units)
        self.mu = nn.Linear(units, 1)
        self.log_std = nn.Parameter(torch.tensor(-1.0))

    def start(self):
        return [torch.zeros(1, self.units) for _ in range(2)]

    def forward(self, obs, memory):
        memory = self.lstm(obs, memory)
        return Normal(torch.sigmoid(self.mu(memory[0])), self.log_std.exp()), memory
