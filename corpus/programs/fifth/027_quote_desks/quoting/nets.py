from __future__ import annotations

from torch import Tensor, nn

State = tuple[Tensor, Tensor]


class QuoteNet(nn.Module):
    """Half spread and skew from book imbalance, inventory and recent flow."""

    def __init__(self, inputs: int = 8, hidden: int = 32) -> None:
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden)
        self.spread = nn.Sequential(nn.Linear(hidden, 1), nn.Softplus())
        self.skew = nn.Sequential(nn.Linear(hidden, 1), nn.Tanh())

    def forward(self, x: Tensor, state: State | None) -> tuple[Tensor, Tensor, State]:
        y, state = self.lstm(x, state)
        return self.spread(y[-1, 0]), self.skew(y[-1, 0]), state
