from __future__ import annotations

import logging
from pathlib import Path

from .model import RouteModel
from .releases import Releases
from .vehicle import Vehicle

log = logging.getLogger(__name__)


class Hub:
    def __init__(self, folder: Path, tag: str) -> None:
        self.model = RouteModel().eval()
        self.vehicles: dict[str, Vehicle] = {}
        self.releases = Releases(self.model, folder)
        self.releases.subscribe(self._on_release)
        self.releases.install(tag)

    def _on_release(self, tag: str) -> None:
        for v in self.vehicles.values():
            v.clear()
        log.info("%d vehicles start their memory anew under %s", len(self.vehicles), tag)

    def join(self, vid: str) -> Vehicle:
        return self.vehicles.setdefault(vid, Vehicle(vid, self.model))

    def handle(self, msg: dict) -> dict:
        kind = msg["type"]
        if kind == "obs":
            return {"move": self.join(msg["vid"]).decide(msg["obs"])}
        if kind == "arrived":
            self.join(msg["vid"]).arrived()
            return {"ok": True}
        if kind == "release":
            self.releases.install(msg["tag"])
            return {"tag": self.releases.tag}
        raise ValueError(f"unknown message {kind!r}")
