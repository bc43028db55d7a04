from __future__ import annotations

from typing import Optional

import torch

from .model import RouteModel

LSTMState = tuple[torch.Tensor, torch.Tensor]


class Vehicle:
    def __init__(self, vid: str, model: RouteModel) -> None:
        self.vid = vid
        self.model = model
        self._trip_state: Optional[LSTMState] = None
        self.parcels = 0

    @torch.no_grad()
    def decide(self, obs: list[float]) -> int:
        x = torch.tensor(obs).view(1, 1, -1)
        logits, self._trip_state = self.model(x, self._trip_state)
        return int(logits[0, -1].argmax())

    def arrived(self) -> None:
        self.parcels += 1
        self.clear()

    def clear(self) -> None:
        self._trip_state = None
