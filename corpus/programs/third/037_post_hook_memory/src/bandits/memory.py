from __future__ import annotations

import torch
from torch import nn


class Memory(nn.Module):
    """LSTM with its own state. New weights start with an empty memory."""

    def __init__(self, n_in: int, n_hid: int):
        super().__init__()
        self.lstm = nn.LSTM(n_in, n_hid)
        self.state: tuple[torch.Tensor, torch.Tensor] | None = None
        self.register_load_state_dict_post_hook(_forget)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y, self.state = self.lstm(x.unsqueeze(0), self.state)
        return y.squeeze(0)

    def mask(self, keep: torch.Tensor) -> None:
        if self.state is not None:
            self.state = tuple(s * keep.view(1, -1, 1) for s in self.state)

    def detach(self) -> None:
        if self.state is not None:
            self.state = tuple(s.detach() for s in self.state)


def _forget(module: Memory, incompatible_keys) -> None:
    module.state = None
