from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections import deque
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

logger = logging.getLogger("cgm")


@dataclass
class Settings:
    model_file: str = "/var/lib/cgm/model.pt"
    check_seconds: float = 60.0
    history: int = 36
    low: float = 3.9


class Forecaster(nn.Module):
    def __init__(self, n_in: int = 4, n_hidden: int = 48) -> None:
        super().__init__()
        self.lstm = nn.LSTMCell(n_in, n_hidden)
        self.delta = nn.Linear(n_hidden, 1)

    def forward(self, x: Tensor, hc: tuple[Tensor, Tensor] | None):
        h, c = self.lstm(x, hc)
        return self.delta(h), (h, c)


@dataclass
class Wearer:
    past: deque
    hc: tuple[Tensor, Tensor] | None = None
    warned_at: float = field(default=0.0)


class CgmMonitor:
    def __init__(self, settings: Settings) -> None:
        self.cfg = settings
        self.net = Forecaster()
        self.wearers: dict[str, Wearer] = {}
        self.stamp = 0.0
        self.checked = 0.0
        self.maybe_reload()

    def maybe_reload(self) -> None:
        now = time.monotonic()
        if self.stamp and now - self.checked < self.cfg.check_seconds:
            return
        self.checked = now
        mtime = os.path.getmtime(self.cfg.model_file)
        if mtime == self.stamp:
            return
        self.stamp = mtime
        self.net.load_state_dict(torch.load(self.cfg.model_file, map_location="cpu"))
        self.net.eval()
        for name in self.wearers:
            self.rebuild(name)
        logger.info("model of %s in use, %d wearers rebuilt", time.ctime(mtime), len(self.wearers))

    @torch.no_grad()
    def rebuild(self, name: str) -> None:
        wearer = self.wearers[name]
        hc = None
        for x in wearer.past:
            _, hc = self.net(x, hc)
        wearer.hc = hc

    @torch.no_grad()
    def reading(self, name: str, mmol: float, trend: float, carbs: float, bolus: float) -> float:
        self.maybe_reload()
        if name not in self.wearers:
            self.wearers[name] = Wearer(past=deque(maxlen=self.cfg.history))
        wearer = self.wearers[name]
        x = torch.tensor([[mmol / 10, trend, carbs / 50, bolus / 5]])
        wearer.past.append(x)
        delta, wearer.hc = self.net(x, wearer.hc)
        ahead = mmol + delta.item()
        if ahead < self.cfg.low and time.time() - wearer.warned_at > 900:
            wearer.warned_at = time.time()
            logger.warning("%s: %.1f expected in 30 min", name, ahead)
        return ahead

    def gap(self, name: str) -> None:
        """Sensor was off: start the wearer anew."""
        self.wearers.pop(name, None)


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    monitor = CgmMonitor(Settings())
    for line in sys.stdin:
        msg = json.loads(line)
        if msg.get("event") == "sensor_off":
            monitor.gap(msg["wearer"])
            continue
        ahead = monitor.reading(
            msg["wearer"], msg["mmol"], msg.get("trend", 0.0), msg.get("carbs", 0.0), msg.get("bolus", 0.0)
        )
        print(json.dumps({"wearer": msg["wearer"], "ahead": round(ahead, 2)}), flush=True)


if __name__ == "__main__":
    main()
