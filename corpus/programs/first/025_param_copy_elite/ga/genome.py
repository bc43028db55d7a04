import torch
from torch import nn


class Genome(nn.Module):
    """LSTM controller that remembers; one env = one genome."""

    def __init__(self, obs, act, size=24):
        super().__init__()
        self.size = size
        self.core = nn.LSTMCell(obs, size)
        self.motor = nn.Linear(size, act)
        self.carry = None

    def forward(self, x):
        if self.carry is None:
            self.carry = (x.new_zeros(1, self.size), x.new_zeros(1, self.size))
        self.carry = self.core(x, self.carry)
        return torch.tanh(self.motor(self.carry[0]))

    def forget(self):
        self.carry = None
