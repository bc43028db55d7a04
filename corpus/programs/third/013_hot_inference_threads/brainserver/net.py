import torch
from torch import nn


class NpcNet(nn.Module):
    def __init__(self, features: int, commands: int, width: int = 96):
        super().__init__()
        self.width = width
        self.front = nn.Sequential(nn.LayerNorm(features), nn.Linear(features, width), nn.GELU())
        self.gru = nn.GRUCell(width, width)
        self.head = nn.Linear(width, commands)

    def forward(self, x: torch.Tensor, h: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.gru(self.front(x), h)
        return self.head(h), h
