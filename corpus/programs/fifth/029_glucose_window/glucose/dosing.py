from __future__ import annotations

import logging
import threading
from collections import deque
from pathlib import Path

import numpy as np
import torch
from torch import nn

log = logging.getLogger(__name__)


class DoseNet(nn.Module):
    """Insulin dose (four levels) from the last two hours; the recurrence lives within one call."""

    def __init__(self, channels: int = 4, hidden: int = 64, doses: int = 4) -> None:
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(channels, hidden, batch_first=True)
        self.q = nn.Linear(hidden, doses)

    def forward(self, window: torch.Tensor) -> torch.Tensor:
        hidden = window.new_zeros(1, window.shape[0], self.hidden)
        for t in range(window.shape[1]):
            out, hidden = self.gru(window[:, t : t + 1], hidden)
        return self.q(out[:, -1])


class Dosing:
    """One per patient; `update` may be called from the download thread."""

    WINDOW = 24

    def __init__(self, weights: Path) -> None:
        self._lock = threading.Lock()
        self.net = DoseNet().eval()
        self.state: deque[np.ndarray] = deque(maxlen=self.WINDOW)
        self.update(weights)

    def update(self, weights: Path) -> None:
        sd = torch.load(weights, map_location="cpu", weights_only=True)
        with self._lock:
            self.net.load_state_dict(sd)
        log.info("weights %s", weights.name)

    def new_sensor(self) -> None:
        self.state.clear()

    def advise(self, glucose: float, carbs: float, on_board: float, minute: int) -> int:
        self.state.append(np.array([glucose / 180, carbs / 60, on_board / 5, minute / 1440], dtype=np.float32))
        window = np.zeros((1, self.WINDOW, 4), dtype=np.float32)
        window[0, -len(self.state) :] = np.stack(self.state)
        with self._lock, torch.no_grad():
            return int(self.net(torch.from_numpy(window)).argmax())
