import torch
from torch import nn

FEATURES = 6


class TapeNet(nn.Module):
    """Reads trades one by one; gives a target position in [-1, 1]."""

    def __init__(self, width: int = 96, layers: int = 2):
        super().__init__()
        self.width, self.layers = width, layers
        self.norm = nn.LayerNorm(FEATURES)
        self.gru = nn.GRU(FEATURES, width, num_layers=layers)
        self.position = nn.Linear(width, 1)

    def forward(self, x: torch.Tensor, ctx: torch.Tensor):
        y, ctx = self.gru(self.norm(x), ctx)
        return torch.tanh(self.position(y[-1])), ctx

    def blank_context(self) -> torch.Tensor:
        return torch.zeros(self.layers, 1, self.width)
