from __future__ import annotations

import time
from dataclasses import dataclass, field

import torch


@dataclass
class ZoneSession:
    zone_id: str
    mem: torch.Tensor
    setpoint: float = 20.5
    steps: int = 0
    touched: float = field(default_factory=time.monotonic)


class SessionStore:
    def __init__(self, width: int, max_idle: float = 3600.0) -> None:
        self._width = width
        self._max_idle = max_idle
        self._by_zone: dict[str, ZoneSession] = {}

    def open(self, zone_id: str) -> ZoneSession:
        s = ZoneSession(zone_id, torch.zeros(1, self._width))
        self._by_zone[zone_id] = s
        return s

    def get(self, zone_id: str) -> ZoneSession:
        return self._by_zone[zone_id]

    def close(self, zone_id: str) -> None:
        self._by_zone.pop(zone_id, None)

    def sweep(self) -> int:
        now = time.monotonic()
        idle = [z for z, s in self._by_zone.items() if now - s.touched > self._max_idle]
        for z in idle:
            del self._by_zone[z]
        return len(idle)

    def __len__(self) -> int:
        return len(self._by_zone)
