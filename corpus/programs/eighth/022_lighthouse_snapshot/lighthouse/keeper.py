from __future__ import annotations

from torch import Tensor, nn

from .sim import HarbourSim


class Keeper(nn.Module):
    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(HarbourSim.obs_size, width)
        self.actor = nn.Linear(width, HarbourSim.n_actions)
        self.critic = nn.Linear(width, 1)

    def forward(self, obs: Tensor, memory: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        memory = self.gru(obs, memory)
        return self.actor(memory), self.critic(memory).squeeze(-1), memory
