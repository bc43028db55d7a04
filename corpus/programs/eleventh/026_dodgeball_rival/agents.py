from typing import Dict, Optional, Tuple

import torch
from torch import Tensor, nn

LstmState = Tuple[Tensor, Tensor]


class ThrowNet(nn.Module):
    def __init__(self, obs_dim: int = 3, hidden: int = 64, n_actions: int = 4) -> None:
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.lstm = nn.LSTM(hidden, hidden)
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs: Tensor, state: Optional[LstmState]):
        y, state = self.lstm(self.enc(obs).unsqueeze(0), state)
        y = y.squeeze(0)
        return self.actor(y), self.critic(y).squeeze(-1), state


class Opponent:
    """Plays with frozen weights and remembers the match on its own."""

    def __init__(self) -> None:
        self.policy = ThrowNet().eval()
        self._state: Optional[LstmState] = None
        self.version = -1

    def install(self, weights: Dict[str, Tensor], version: int) -> None:
        self.policy.load_state_dict(weights)
        self.version = version

    def begin_match(self) -> None:
        self._state = None

    @torch.no_grad()
    def choose(self, view) -> int:
        logits, _, self._state = self.policy(torch.from_numpy(view)[None], self._state)
        return torch.distributions.Categorical(logits=logits).sample().item()
