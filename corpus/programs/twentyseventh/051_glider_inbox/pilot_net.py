import torch
from torch import nn


class PilotNet(nn.Module):
    """Pitch, roll and ballast commands from CTD + attitude."""

    def __init__(self, sensors: int = 8, units: int = 24, commands: int = 3):
        super().__init__()
        self.rnn = nn.RNNCell(sensors, units)
        self.leak = nn.Parameter(torch.full((units,), 0.3))
        self.cmd = nn.Linear(units, commands)
        self.units = units
        self.trace = torch.zeros(1, units)

    def blank(self):
        self.trace = torch.zeros(1, self.units)

    @torch.no_grad()
    def forward(self, reading: torch.Tensor) -> torch.Tensor:
        a = torch.sigmoid(self.leak)
        self.trace = (1 - a) * self.trace + a * self.rnn(reading, self.trace)
        return torch.tanh(self.cmd(self.trace))[0]
