"""Controllers that may get new weights while the world runs."""
from __future__ import annotations

import abc
import logging
import threading
from pathlib import Path

import torch
from torch import nn

log = logging.getLogger(__name__)


class Controller(abc.ABC):
    """Template: `install` loads the weights, then lets the subclass put itself in order."""

    def __init__(self, net: nn.Module):
        self.net = net.eval()
        self.revision = 0
        self._lock = threading.RLock()

    def install(self, file: Path) -> None:
        blob = torch.load(file, map_location="cpu")
        with self._lock:
            self.net.load_state_dict(blob["net"])
            self.revision = blob.get("revision", self.revision + 1)
            self._installed()
        log.info("%s runs revision %d", type(self).__name__, self.revision)

    def _installed(self) -> None:
        """What must happen after new weights came in; nothing, for a net without memory."""

    @abc.abstractmethod
    def decide(self, npc: int, senses) -> int: ...

    def despawn(self, npc: int) -> None:
        pass
