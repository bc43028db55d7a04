from __future__ import annotations

import torch
from torch import Tensor, nn

LSTMState = tuple[Tensor, Tensor]


class BlowerPolicy(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, width: int = 64) -> None:
        super().__init__()
        self.width = width
        self.lstm = nn.LSTM(obs_dim, width)
        self.logits = nn.Linear(width, n_actions)
        self.value = nn.Linear(width, 1)

    def initial_state(self) -> LSTMState:
        zeros = torch.zeros(1, 1, self.width)
        return zeros, zeros.clone()

    def step(self, obs: Tensor, state: LSTMState) -> tuple[Tensor, Tensor, LSTMState]:
        out, state = self.lstm(obs.view(1, 1, -1), state)
        return self.logits(out[0, 0]), self.value(out[0, 0])[0], state
