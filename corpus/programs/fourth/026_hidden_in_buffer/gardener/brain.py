import torch
from torch import Tensor, nn


class Brain(nn.Module):
    """A policy that keeps its own memory, one row for each greenhouse it looks after."""

    def __init__(self, n_sensors: int, n_valves: int, n_houses: int, width: int = 48):
        super().__init__()
        self.encode = nn.Linear(n_sensors, width)
        self.cell = nn.LSTMCell(width, width)
        self.valves = nn.Linear(width, n_valves)
        self.value = nn.Linear(width, 1)
        self.log_std = nn.Parameter(torch.zeros(n_valves) - 1.0)
        # buffers, so that .to(device) moves them
        self.register_buffer("hidden", torch.zeros(n_houses, width))
        self.register_buffer("cell_state", torch.zeros(n_houses, width))

    def forget(self, houses: Tensor) -> None:
        keep = (~houses).to(self.hidden).unsqueeze(-1)
        self.hidden = self.hidden * keep
        self.cell_state = self.cell_state * keep

    def forward(self, sensors: Tensor):
        x = torch.tanh(self.encode(sensors))
        h, c = self.cell(x, (self.hidden, self.cell_state))
        self.hidden, self.cell_state = h, c
        return torch.distributions.Normal(self.valves(h), self.log_std.exp()), self.value(h).squeeze(-1)

    def cut(self) -> None:
        """End of a BPTT window."""
        self.hidden = self.hidden.detach()
        self.cell_state = self.cell_state.detach()
