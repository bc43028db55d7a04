import torch
from torch import nn


class SignalPolicy(nn.Module):
    """GRU policy: detector counts of one intersection in, phase index out."""

    def __init__(self, n_detectors: int = 12, n_phases: int = 4, hidden: int = 64):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Linear(n_detectors, hidden)
        self.cell = nn.GRUCell(hidden, hidden)
        self.head = nn.Linear(hidden, n_phases)

    def initial_state(self) -> torch.Tensor:
        return torch.zeros(1, self.hidden)

    def forward(self, counts: torch.Tensor, state: torch.Tensor):
        x = torch.relu(self.embed(counts))
        state = self.cell(x, state)
        return self.head(state), state
