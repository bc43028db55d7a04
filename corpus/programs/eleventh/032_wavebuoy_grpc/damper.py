import torch
import torch.nn as nn


class DamperNet(nn.Module):
    def __init__(self, n_obs: int = 5, hidden: int = 64):
        super().__init__()
        self.pre = nn.Linear(n_obs, 32)
        self.gru = nn.GRUCell(32, hidden)
        self.torque = nn.Linear(hidden, 1)
        self.hidden = hidden

    def initial(self) -> torch.Tensor:
        return torch.zeros(1, self.hidden)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        h = self.gru(torch.relu(self.pre(obs)), h)
        return torch.tanh(self.torque(h)), h
