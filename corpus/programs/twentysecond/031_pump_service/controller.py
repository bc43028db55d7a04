import logging
import threading
from pathlib import Path

import torch

from dosing_policy import DosingPolicy

logger = logging.getLogger("pump")


class PumpController:
    MAX_IOB = 4.0

    def __init__(self, model_path: Path, basal: float):
        self.model_path = model_path
        self.basal = basal
        self.iob = 0.0
        self.last_bg = None
        self.lock = threading.Lock()
        self.policy = DosingPolicy()
        self.policy.load_state_dict(torch.load(model_path, map_location="cpu"))
        self.policy.eval()
        self._mtime = model_path.stat().st_mtime
        self.history = []

    def load(self, path: Path) -> None:
        weights = torch.load(path, map_location="cpu")
        self.policy.load_state_dict(weights)
        logger.info("dosing model %s active", path.name)

    def check_for_update(self) -> None:
        mtime = self.model_path.stat().st_mtime
        if mtime > self._mtime:
            self._mtime = mtime
            with self.lock:
                self.load(self.model_path)

    def tick(self, bg: float, carbs: float) -> float:
        trend = 0.0 if self.last_bg is None else bg - self.last_bg
        self.last_bg = bg
        x = torch.tensor([(bg - 120.0) / 60.0, trend / 10.0, carbs / 50.0, self.iob / self.MAX_IOB])
        with self.lock:
            mult = self.policy.dose(x)
        if bg < 75 or self.iob > self.MAX_IOB:
            mult = 0.0
        units = self.basal * mult / 12.0
        self.iob = self.iob * 0.97 + units
        self.history.append((bg, units))
        return units
