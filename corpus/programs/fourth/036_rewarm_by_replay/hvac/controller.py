"""Closed-loop controller of an air handling unit; runs for months, gets new weights every night."""
import datetime as dt
import logging
import pathlib
from collections import deque
from typing import Deque, Optional

import torch

from .policy import SetpointPolicy

log = logging.getLogger(__name__)


class Controller:
    def __init__(self, n_sensors: int, window: int = 192):
        self.policy = SetpointPolicy(n_sensors).eval()
        self.window: Deque[torch.Tensor] = deque(maxlen=window)
        self.hidden: Optional[torch.Tensor] = None
        self.stamp = "none"

    # -- weights ------------------------------------------------------------------
    def take(self, path: pathlib.Path) -> None:
        state = torch.load(path, map_location="cpu")
        self.policy.load_state_dict(state["policy"])
        self.stamp = state.get("trained", dt.datetime.fromtimestamp(path.stat().st_mtime).isoformat())
        self._warm_up()
        log.info("running weights of %s, warmed up on %d readings", self.stamp, len(self.window))

    @torch.no_grad()
    def _warm_up(self) -> None:
        """Let the new weights read the last readings themselves."""
        hidden = None
        for reading in self.window:
            _, hidden = self.policy(reading, hidden)
        self.hidden = hidden

    # -- control ------------------------------------------------------------------
    @torch.no_grad()
    def setpoint(self, sensors) -> float:
        reading = torch.as_tensor(sensors, dtype=torch.float32).view(1, -1)
        self.window.append(reading)
        out, self.hidden = self.policy(reading, self.hidden)
        return float(out)
