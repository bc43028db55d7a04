import torch
import torch.nn as nn


class DosingPolicy(nn.Module):
    """LSTM over 5-minute CGM samples -> basal multiplier in [0, 2]."""

    def __init__(self, features: int = 4, hidden: int = 32):
        super().__init__()
        self.hidden_size = hidden
        self.lstm = nn.LSTMCell(features, hidden)
        self.head = nn.Sequential(nn.Linear(hidden, 32), nn.Tanh(), nn.Linear(32, 1), nn.Sigmoid())
        self.reset_hidden()

    def reset_hidden(self) -> None:
        self.hx = torch.zeros(1, self.hidden_size)
        self.cx = torch.zeros(1, self.hidden_size)

    @torch.no_grad()
    def dose(self, features: torch.Tensor) -> float:
        self.hx, self.cx = self.lstm(features.view(1, -1), (self.hx, self.cx))
        return 2.0 * self.head(self.hx).item()
