import pathlib
from typing import Optional

import numpy as np
import torch
from torch import nn


class CardNet(nn.Module):
    def __init__(self, n_in: int, n_out: int, n_mem: int = 128) -> None:
        super().__init__()
        self.emb = nn.Linear(n_in, n_mem)
        self.mem = nn.LSTM(n_mem, n_mem, num_layers=2)
        self.head = nn.Linear(n_mem, n_out)

    def forward(self, x, mem=None):
        y, mem = self.mem(torch.relu(self.emb(x)), mem)
        return self.head(y), mem


class Player:
    """Remembers how the other side has played, over all hands at the table."""

    def __init__(self, name: str, n_in: int, n_out: int) -> None:
        self.name = name
        self.net = CardNet(n_in, n_out).eval()
        self.file: Optional[pathlib.Path] = None
        self._memory = None

    def load(self, file) -> "Player":
        self.file = pathlib.Path(file)
        self.net.load_state_dict(torch.load(self.file, map_location="cpu"))
        return self

    def clear_memory(self) -> None:
        self._memory = None

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> int:
        x = torch.as_tensor(obs["features"], dtype=torch.float32).view(1, 1, -1)
        logits, self._memory = self.net(x, self._memory)
        logits[0, 0, ~torch.as_tensor(obs["legal"])] = -torch.inf
        return int(torch.distributions.Categorical(logits=logits[0, 0]).sample())
