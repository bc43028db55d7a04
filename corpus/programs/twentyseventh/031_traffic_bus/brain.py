import torch
import torch.nn as nn
from torch.distributions import Categorical


class JunctionBrain(nn.Module):
    """Phase selector for one junction. Keeps its own memory between ticks."""

    def __init__(self, n_in, n_phases, width=48):
        super().__init__()
        self.inp = nn.Linear(n_in, width)
        self.cell = nn.GRUCell(width, width)
        self.phase = nn.Linear(width, n_phases)
        self.value = nn.Linear(width, 1)
        self.mem = None

    def forget(self):
        self.mem = None

    def cut(self):
        if self.mem is not None:
            self.mem = self.mem.detach()

    def forward(self, x):
        z = torch.tanh(self.inp(x))
        if self.mem is None:
            self.mem = z.new_zeros(z.shape[0], self.cell.hidden_size)
        self.mem = self.cell(z, self.mem)
        return Categorical(logits=self.phase(self.mem)), self.value(self.mem).squeeze(-1)
