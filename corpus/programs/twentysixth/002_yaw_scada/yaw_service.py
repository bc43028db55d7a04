from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import torch

from scada import ScadaLink
from wake_policy import LSTMState, WakePolicy

log = logging.getLogger("yaw")


@dataclasses.dataclass
class ServiceConfig:
    turbines: int = 8
    release_dir: Path = Path("/srv/yaw/releases")
    deadband_deg: float = 1.5


class YawService:
    def __init__(self, cfg: ServiceConfig) -> None:
        self.cfg = cfg
        self.link = ScadaLink(cfg.turbines)
        self.policy = WakePolicy(2 + 2 * cfg.turbines, cfg.turbines).eval()
        self.hidden: LSTMState | None = None
        self.release: str | None = None
        self.held = torch.zeros(cfg.turbines)

    def _newest(self) -> Path | None:
        releases = sorted(self.cfg.release_dir.glob("yaw-*.pt"))
        return releases[-1] if releases else None

    def refresh(self) -> None:
        newest = self._newest()
        if newest is None or newest.name == self.release:
            return
        self.policy.load_state_dict(torch.load(newest, map_location="cpu"))
        self.hidden = None
        self.release = newest.name
        log.info("now on %s", self.release)

    @torch.inference_mode()
    def tick(self, row: list[float]) -> None:
        target, self.hidden = self.policy(torch.tensor(row), self.hidden)
        move = (target - self.held).abs() > self.cfg.deadband_deg
        self.held = torch.where(move, target, self.held)
        self.link.write(self.held.tolist())

    def serve(self) -> None:
        for row in self.link.rows():
            self.refresh()
            if self.release is None:
                continue
            self.tick(row)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    YawService(ServiceConfig()).serve()
