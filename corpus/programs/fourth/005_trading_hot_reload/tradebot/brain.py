"""The policy and what it remembers of each market."""
import logging
from typing import Optional

import numpy as np
import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)
N_FEATURES = 12


class PositionNet(nn.Module):
    """Candle features in, desired position in [-1, 1] out."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(N_FEATURES)
        self.gru = nn.GRU(N_FEATURES, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x: Tensor, h: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
        y, h = self.gru(self.norm(x), h)
        return torch.tanh(self.head(y[:, -1])), h


class Brain:
    def __init__(self, hidden: int = 64, device: str = "cpu") -> None:
        self.net = PositionNet(hidden).to(device).eval()
        self.device = device
        self.version: Optional[str] = None
        self._memory: dict[str, Tensor] = {}

    def open_session(self, symbol: str) -> None:
        self._memory.pop(symbol, None)

    def install(self, path: str, version: str) -> None:
        blob = torch.load(path, map_location=self.device, weights_only=True)
        self.net.load_state_dict(blob["policy"])
        self.net.eval()
        log.info("model %s -> %s", self.version, version)
        self.version = version

    @torch.inference_mode()
    def target_position(self, symbol: str, features: np.ndarray) -> float:
        x = torch.as_tensor(features, dtype=torch.float32, device=self.device).view(1, 1, -1)
        y, h = self.net(x, self._memory.get(symbol))
        self._memory[symbol] = h
        return float(y)
