from typing import List, Optional, Sequence

import torch
from torch import Tensor, nn


class RoomReader(nn.Module):
    def __init__(self, n_obs: int, n_act: int, width: int = 96):
        super().__init__()
        self.fc = nn.Linear(n_obs, width)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.q = nn.Linear(width, n_act)

    def forward(self, obs: Tensor, h: Optional[Tensor] = None):
        y, h = self.gru(torch.relu(self.fc(obs)), h)
        return self.q(y), h


class PolicyParty:
    """Several specialists that all watch the dungeon; one of them holds the controls."""

    def __init__(self, specialists: Sequence[nn.Module], epsilon: float = 0.05):
        self.specialists: List[nn.Module] = list(specialists)
        self.epsilon = epsilon
        self.leader = 0
        self.memory: List[Optional[Tensor]] = [None] * len(self.specialists)

    def forget(self) -> None:
        self.memory = [None] * len(self.specialists)
        self.leader = 0

    def swap_policy(self, k: int) -> None:
        if not 0 <= k < len(self.specialists):
            raise IndexError(k)
        self.leader = k

    @torch.no_grad()
    def act(self, obs: Tensor) -> int:
        scores = []
        for k, net in enumerate(self.specialists):
            q, self.memory[k] = net(obs.view(1, 1, -1), self.memory[k])
            scores.append(q[0, -1])
        q = scores[self.leader]
        if torch.rand(()) < self.epsilon:
            return int(torch.randint(q.numel(), ()))
        return int(q.argmax())
