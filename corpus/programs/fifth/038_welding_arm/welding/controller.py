from __future__ import annotations

import logging
from collections import deque
from pathlib import Path
from typing import Deque, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)
HC = Tuple[Tensor, Tensor]


class SeamNet(nn.Module):
    def __init__(self, sensors: int = 12, width: int = 96, joints: int = 6) -> None:
        super().__init__()
        self.pre = nn.Sequential(nn.Linear(sensors, width), nn.SiLU())
        self.lstm = nn.LSTM(width, width, num_layers=2)
        self.delta = nn.Linear(width, joints)

    def forward(self, x: Tensor, hc: Optional[HC] = None) -> Tuple[Tensor, HC]:
        y, hc = self.lstm(self.pre(x), hc)
        return torch.tanh(self.delta(y)), hc


class SeamController:
    """Follows a weld seam. New weights arrive while the torch is burning, so it can't start cold."""

    def __init__(self, weights: Path, context: int = 48) -> None:
        self.net = SeamNet().eval()
        self.net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self.hc: Optional[HC] = None
        self.recent: Deque[Tensor] = deque(maxlen=context)

    def arc_on(self) -> None:
        self.hc = None
        self.recent.clear()

    @torch.inference_mode()
    def control(self, sensors: np.ndarray) -> np.ndarray:
        x = torch.as_tensor(sensors, dtype=torch.float32).view(1, 1, -1)
        self.recent.append(x)
        delta, self.hc = self.net(x, self.hc)
        return delta.view(-1).numpy()

    @torch.inference_mode()
    def upgrade(self, weights: Path) -> None:
        self.net.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        hc: Optional[HC] = None
        if self.recent:
            _, hc = self.net(torch.cat(list(self.recent), dim=0), None)
        self.hc = hc
        logger.info("%s, replayed %d frames", weights.name, len(self.recent))
