from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from robot_link import RobotLink

logger = logging.getLogger("gait")


@dataclass(frozen=True)
class GaitSpec:
    name: str
    file: str
    max_tilt: float


@dataclass
class ControllerConfig:
    rate_hz: float = 50.0
    min_dwell: int = 75
    model_dir: str = "gaits"
    gaits: list[GaitSpec] = field(default_factory=lambda: [
        GaitSpec("trot", "trot.pt", 0.15),
        GaitSpec("walk", "walk.pt", 0.35),
        GaitSpec("crawl", "crawl.pt", 0.60),
        GaitSpec("getup", "getup.pt", 9.99),
    ])


class GaitPolicy(nn.Module):
    def __init__(self, n_obs: int = 33, n_joints: int = 12, hidden: int = 128):
        super().__init__()
        self.hidden = hidden
        self.norm = nn.LayerNorm(n_obs)
        self.lstm = nn.LSTM(n_obs, hidden, num_layers=2, batch_first=True)
        self.joints = nn.Linear(hidden, n_joints)

    def initial_state(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(2, 1, self.hidden), torch.zeros(2, 1, self.hidden)

    def forward(self, obs: Tensor, state: tuple[Tensor, Tensor]):
        y, state = self.lstm(self.norm(obs)[None, None], state)
        return torch.tanh(self.joints(y[0, 0])), state


class GaitController:
    def __init__(self, cfg: ControllerConfig):
        self.cfg = cfg
        self.specs = {g.name: g for g in cfg.gaits}
        self.policies: dict[str, GaitPolicy] = {}
        for spec in cfg.gaits:
            policy = GaitPolicy()
            policy.load_state_dict(torch.load(Path(cfg.model_dir) / spec.file, map_location="cpu"))
            self.policies[spec.name] = policy.eval()
        self.tilt = deque([0.0], maxlen=25)
        self._engage("trot")

    def _engage(self, name: str) -> None:
        self.active = name
        self.policy = self.policies[name]
        self.state = self.policy.initial_state()
        self.dwell = 0

    def _wanted(self) -> str:
        tilt = float(np.mean(self.tilt))
        for spec in self.cfg.gaits:
            if tilt <= spec.max_tilt:
                return spec.name
        return "getup"

    @torch.no_grad()
    def step(self, obs: np.ndarray, tilt: float) -> np.ndarray:
        self.tilt.append(abs(tilt))
        self.dwell += 1
        wanted = self._wanted()
        urgent = wanted == "getup"
        if wanted != self.active and (urgent or self.dwell >= self.cfg.min_dwell):
            logger.info("gait %s -> %s (tilt %.2f)", self.active, wanted, self.tilt[-1])
            self._engage(wanted)
        target, self.state = self.policy(torch.from_numpy(obs).float(), self.state)
        return target.numpy()


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    cfg = ControllerConfig()
    controller = GaitController(cfg)
    link = RobotLink()
    period = 1.0 / cfg.rate_hz
    try:
        while link.alive():
            started = time.monotonic()
            obs, tilt = link.read()
            link.write(controller.step(obs, tilt))
            time.sleep(max(0.0, period - (time.monotonic() - started)))
    except KeyboardInterrupt:
        pass
    finally:
        link.relax()


if __name__ == "__main__":
    main()
