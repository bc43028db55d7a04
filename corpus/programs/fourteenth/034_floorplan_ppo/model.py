import torch
from torch import nn, Tensor


class FloorplanPolicy(nn.Module):
    """GRU over the sequence of blocks, picks a slot for each."""

    def __init__(self, feat: int, slots: int, width: int = 192) -> None:
        super().__init__()
        self.width = width
        self.gru = nn.GRU(feat, width)
        self.actor = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, slots))
        self.critic = nn.Linear(width, 1)

    def initial_state(self, n: int) -> Tensor:
        return torch.zeros(1, n, self.width)

    def unroll(self, xs: Tensor, state: Tensor, firsts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        outs = []
        for x, first in zip(xs, firsts):
            state = state * (1.0 - first).view(1, -1, 1)
            y, state = self.gru(x.unsqueeze(0), state)
            outs.append(y)
        y = torch.cat(outs)
        return self.actor(y), self.critic(y).squeeze(-1), state
