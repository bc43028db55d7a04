from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import torch

from .model import RouteModel

log = logging.getLogger(__name__)
Listener = Callable[[str], None]


class Releases:
    """The one place that writes into the shared model."""

    def __init__(self, model: RouteModel, folder: Path) -> None:
        self.model = model
        self.folder = folder
        self.tag = "none"
        self._listeners: list[Listener] = []

    def subscribe(self, fn: Listener) -> None:
        self._listeners.append(fn)

    def available(self) -> list[str]:
        return sorted(p.stem for p in self.folder.glob("*.pt"))

    def install(self, tag: str) -> None:
        path = self.folder / f"{tag}.pt"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        self.model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self.tag = tag
        log.info("installed %s (%s)", tag, digest)
        for fn in self._listeners:
            fn(tag)
