"""Online junction dispatcher.

One process per control area. Weights come from the model registry on the
shared drive; a version that makes delays worse is taken back to the stable one.
"""
from __future__ import annotations

import json
import logging
from collections import deque
from pathlib import Path

import torch
import torch.nn as nn

log = logging.getLogger("dispatch")


class JunctionNet(nn.Module):
    def __init__(self, n_feat: int, n_routes: int, width: int = 96):
        super().__init__()
        self.width = width
        self.encode = nn.Sequential(nn.Linear(n_feat, width), nn.ReLU())
        self.cell = nn.GRUCell(width, width)
        self.route = nn.Linear(width, n_routes)

    def initial(self, n: int) -> torch.Tensor:
        return torch.zeros(n, self.width)

    def forward(self, x, memory):
        memory = self.cell(self.encode(x), memory)
        return self.route(memory), memory


class Registry:
    def __init__(self, root: Path):
        self.root = Path(root)

    def index(self) -> dict:
        return json.loads((self.root / "index.json").read_text())

    def newest(self) -> str:
        return self.index()["newest"]

    def stable(self) -> str:
        return self.index()["stable"]

    def weights(self, version: str) -> dict:
        return torch.load(self.root / f"{version}.pt", map_location="cpu")


class Dispatcher:
    def __init__(self, registry: Registry, n_feat: int, n_routes: int, slots: int,
                 delay_limit: float = 180.0):
        self.registry = registry
        self.slots = slots
        self.delay_limit = delay_limit
        self.net = JunctionNet(n_feat, n_routes)
        self.version = ""
        self.banned: set[str] = set()
        self.delays: deque[float] = deque(maxlen=60)
        self._put(registry.stable())
        self.memory = self.net.initial(slots)

    def _put(self, version: str) -> None:
        self.net.load_state_dict(self.registry.weights(version))
        self.net.eval()
        self.version = version
        self.delays.clear()
        log.info("running version %s", version)

    def check_versions(self) -> None:
        stable = self.registry.stable()
        if len(self.delays) == self.delays.maxlen and self.version != stable:
            mean = sum(self.delays) / len(self.delays)
            if mean > self.delay_limit:
                log.warning("%s: mean delay %.0f s, going back", self.version, mean)
                self.banned.add(self.version)
                self._put(stable)
                return
        newest = self.registry.newest()
        if newest != self.version and newest not in self.banned:
            self._put(newest)
            self.memory = self.net.initial(self.slots)

    def start_of_traffic(self) -> None:
        self.memory = self.net.initial(self.slots)
        self.delays.clear()

    @torch.no_grad()
    def tick(self, features, occupied, delay: float) -> list[int]:
        self.delays.append(delay)
        x = torch.as_tensor(features, dtype=torch.float32)
        keep = torch.as_tensor(occupied, dtype=torch.float32).unsqueeze(1)
        logits, self.memory = self.net(x, self.memory * keep)
        return logits.argmax(dim=1).tolist()


def run(area, registry_path: str) -> None:
    d = Dispatcher(Registry(Path(registry_path)), area.n_feat, area.n_routes, area.slots)
    for minute, snap in area.stream():
        if snap.first_of_day:
            d.start_of_traffic()
        routes = d.tick(snap.features, snap.occupied, snap.delay)
        area.send(routes)
        if minute % 15 == 0:
            d.check_versions()
