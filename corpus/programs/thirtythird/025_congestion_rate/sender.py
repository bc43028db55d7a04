from __future__ import annotations

import argparse
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

import torch

from model import FlowMemory, RateModel
from snapshots import DirSnapshots, SnapshotSource


@dataclass(frozen=True)
class Ack:
    rtt: float
    min_rtt: float
    lost: int
    delivered: int
    inflight: int

    def features(self) -> torch.Tensor:
        return torch.tensor(
            [[self.rtt / self.min_rtt, self.min_rtt, float(self.lost), self.delivered / 64.0, self.inflight / 64.0]]
        )


@dataclass
class Bottleneck:
    capacity: int = 80
    base_rtt: float = 0.04
    buffer: int = 60

    def acks(self, controller: "FlowController", n: int) -> Iterator[Ack]:
        for _ in range(n):
            cross = random.randint(0, 30)
            queue = max(0, int(controller.cwnd) + cross - self.capacity)
            lost = max(0, queue - self.buffer)
            rtt = self.base_rtt * (1.0 + min(queue, self.buffer) / self.capacity)
            yield Ack(rtt, self.base_rtt, lost, int(controller.cwnd) - lost, int(controller.cwnd))


@dataclass
class FlowController:
    model: RateModel
    source: SnapshotSource
    loss_budget: int = 120
    cwnd: float = 10.0
    _mem: FlowMemory = field(init=False)
    _tags: list[str] = field(init=False)
    _lost: int = 0

    def __post_init__(self) -> None:
        self._tags = self.source.tags()
        self.model.load_state_dict(dict(self.source.read(self._tags.pop())))
        self._mem = self.model.blank()

    def open(self) -> None:
        self.cwnd = 10.0
        self._lost = 0
        self._mem = self.model.blank()

    def on_ack(self, ack: Ack) -> float:
        self._lost += ack.lost
        if self._lost > self.loss_budget and self._tags:
            self._regress()
        with torch.no_grad():
            gain, self._mem = self.model(ack.features(), self._mem)
        self.cwnd = min(256.0, max(2.0, self.cwnd * (1.0 + 0.2 * gain.item())))
        return self.cwnd

    def _regress(self) -> None:
        tag = self._tags.pop()
        self.model.load_state_dict(dict(self.source.read(tag)))
        self._lost = 0
        self.cwnd = max(2.0, self.cwnd / 2.0)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("snapshots", type=Path)
    ap.add_argument("--flows", type=int, default=8)
    args = ap.parse_args()
    ctl = FlowController(RateModel().eval(), DirSnapshots(args.snapshots))
    link = Bottleneck()
    for flow in range(args.flows):
        ctl.open()
        total = 0
        for ack in link.acks(ctl, 2000):
            ctl.on_ack(ack)
            total += ack.delivered
        print(f"flow={flow} delivered={total} cwnd={ctl.cwnd:.1f}")


if __name__ == "__main__":
    main()
