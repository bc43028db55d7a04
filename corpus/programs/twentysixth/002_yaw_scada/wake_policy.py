from __future__ import annotations

import torch
from torch import Tensor, nn

LSTMState = tuple[Tensor, Tensor]


class WakePolicy(nn.Module):
    """Maps 1-minute SCADA means of one string of turbines to yaw set points."""

    def __init__(self, signals: int, turbines: int, hidden: int = 96, layers: int = 2) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(signals)
        self.lstm = nn.LSTM(signals, hidden, layers)
        self.head = nn.Linear(hidden, turbines)

    def forward(self, row: Tensor, state: LSTMState | None) -> tuple[Tensor, LSTMState]:
        y, state = self.lstm(self.norm(row)[None, None], state)
        return 20.0 * torch.tanh(self.head(y[0, 0])), state
