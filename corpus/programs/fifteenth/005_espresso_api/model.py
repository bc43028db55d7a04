from typing import Optional, Tuple

import torch
from torch import Tensor, nn

State = Tuple[Tensor, Tensor]


class ShotModel(nn.Module):
    """Suggests pump pressure and boiler set point 10 times a second while a shot runs."""

    def __init__(self, n_sensors: int = 5, hidden: int = 32) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(n_sensors)
        self.lstm = nn.LSTM(n_sensors, hidden, num_layers=2, batch_first=True)
        self.head = nn.Linear(hidden, 2)

    def forward(self, x: Tensor, state: Optional[State] = None) -> Tuple[Tensor, State]:
        y, state = self.lstm(self.norm(x), state)
        bar, temp = self.head(y[:, -1]).unbind(-1)
        return torch.stack([9 * torch.sigmoid(bar) + 1, 88 + 8 * torch.sigmoid(temp)], -1), state
