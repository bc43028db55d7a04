#!/usr/bin/env python
"""Intraday futures desk.

Runs all day from a CSV replay or a socket. `kill -HUP <pid>` makes it take the
network that research has put at --net since.
"""
from __future__ import annotations

import argparse
import csv
import logging
import math
import signal
import socket
import sys
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Iterator, Optional

import torch
from torch import nn

logger = logging.getLogger("desk")


@dataclass(frozen=True, slots=True)
class Bar:
    ts: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


class PositionNet(nn.Module):
    """Target position in {-1, 0, 1} from a stream of bars."""

    def __init__(self, features: int = 7, hidden: int = 48):
        super().__init__()
        self.inp = nn.Linear(features, hidden)
        self.gru = nn.GRU(hidden, hidden, num_layers=2)
        self.out = nn.Linear(hidden, 3)

    def forward(self, x, h=None):
        y, h = self.gru(torch.tanh(self.inp(x)), h)
        return self.out(y), h


class Features:
    def __init__(self, window: int = 30):
        self.closes: deque[float] = deque(maxlen=window)

    def __call__(self, bar: Bar, position: int) -> torch.Tensor:
        prev = self.closes[-1] if self.closes else bar.close
        self.closes.append(bar.close)
        mean = sum(self.closes) / len(self.closes)
        var = sum((c - mean) ** 2 for c in self.closes) / len(self.closes)
        sd = math.sqrt(var) or 1.0
        minute = (bar.ts.hour * 60 + bar.ts.minute) / 1440
        return torch.tensor([
            math.log(bar.close / prev),
            (bar.close - mean) / sd,
            (bar.high - bar.low) / sd,
            math.log1p(bar.volume),
            math.sin(2 * math.pi * minute),
            math.cos(2 * math.pi * minute),
            float(position),
        ])


class Desk:
    def __init__(self, net: nn.Module):
        self.net = net
        self.memory: Optional[torch.Tensor] = None
        self.features = Features()
        self.position = 0
        self.day = None
        self.pnl = 0.0
        self._last: Optional[float] = None

    def new_day(self, day) -> None:
        logger.info("%s opens, pnl so far %.2f", day, self.pnl)
        self.day = day
        self.position = 0
        self.memory = None
        self.features = Features()
        self._last = None

    @torch.inference_mode()
    def on_bar(self, bar: Bar) -> int:
        if bar.ts.date() != self.day:
            self.new_day(bar.ts.date())
        if self._last is not None:
            self.pnl += self.position * (bar.close - self._last)
        self._last = bar.close
        x = self.features(bar, self.position).view(1, 1, -1)
        scores, self.memory = self.net(x, self.memory)
        target = int(scores[-1, 0].argmax()) - 1
        if target != self.position:
            logger.debug("%s %+d -> %+d at %.2f", bar.ts, self.position, target, bar.close)
            self.position = target
        return target


def from_csv(path: Path) -> Iterator[Bar]:
    with path.open(newline="") as fh:
        for row in csv.DictReader(fh):
            yield Bar(datetime.fromisoformat(row["ts"]), *(float(row[k]) for k in ("open", "high", "low", "close", "volume")))


def from_socket(host: str, port: int) -> Iterator[Bar]:
    with socket.create_connection((host, port)) as sock, sock.makefile() as lines:
        for line in lines:
            ts, *nums = line.strip().split(",")
            yield Bar(datetime.fromisoformat(ts), *map(float, nums))


def read_net(path: Path) -> nn.Module:
    return torch.load(path, map_location="cpu", weights_only=False).eval()


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--net", type=Path, required=True)
    src = ap.add_mutually_exclusive_group(required=True)
    src.add_argument("--csv", type=Path)
    src.add_argument("--feed", metavar="HOST:PORT")
    ap.add_argument("-v", action="count", default=0)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.DEBUG if ns.v else logging.INFO, format="%(asctime)s %(message)s")

    desk = Desk(read_net(ns.net) if ns.net.exists() else PositionNet().eval())

    def on_hup(signum, frame):
        logger.info("HUP: taking %s", ns.net)
        desk.net = read_net(ns.net)

    signal.signal(signal.SIGHUP, on_hup)

    if ns.csv:
        bars = from_csv(ns.csv)
    else:
        host, port = ns.feed.rsplit(":", 1)
        bars = from_socket(host, int(port))
    try:
        for bar in bars:
            print(bar.ts.isoformat(), desk.on_bar(bar), sep=",")
    except KeyboardInterrupt:
        logger.info("stopped by hand")
    logger.info("final pnl %.2f", desk.pnl)
    return 0


if __name__ == "__main__":
    sys.exit(main())
