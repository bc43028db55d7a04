import torch
from torch import Tensor, nn
from torch.distributions import Normal


class GaitNet(nn.Module):
    """LSTMCell policy for joint torque control."""

    def __init__(self, obs_dim: int, act_dim: int, width: int = 128) -> None:
        super().__init__()
        self.width = width
        self.inp = nn.Sequential(nn.Linear(obs_dim, width), nn.ELU())
        self.cell = nn.LSTMCell(width, width)
        self.mu = nn.Linear(width, act_dim)
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))
        self.value = nn.Linear(width, 1)

    def zero_state(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, obs: Tensor, state: tuple[Tensor, Tensor]):
        h, c = self.cell(self.inp(obs), state)
        return Normal(self.mu(h), self.log_std.exp()), self.value(h).squeeze(-1), (h, c)
