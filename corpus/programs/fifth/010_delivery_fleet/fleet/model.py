import torch
from torch import nn


class RouteModel(nn.Module):
    def __init__(self, obs_dim: int = 12, hidden: int = 80, moves: int = 5) -> None:
        super().__init__()
        self.enc = nn.Linear(obs_dim, hidden)
        self.mem = nn.LSTM(hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, moves)

    def forward(self, obs: torch.Tensor, state=None):
        y, state = self.mem(torch.relu(self.enc(obs)), state)
        return self.out(y), state
