"""On-board node of the coral-reef glider: readings in, rudder out, weights from the mother ship."""
from __future__ import annotations

import argparse
import asyncio
import io
from dataclasses import dataclass, field
from typing import Any

import msgpack
import torch
import zmq
import zmq.asyncio
from torch import Tensor, nn


class GatedCell(nn.Module):
    """Minimal gated unit, small enough for the board."""

    def __init__(self, n_in: int, n: int) -> None:
        super().__init__()
        self.n = n
        self.gate = nn.Linear(n_in + n, n)
        self.cand = nn.Linear(n_in + n, n)

    def forward(self, x: Tensor, m: Tensor) -> Tensor:
        f = torch.sigmoid(self.gate(torch.cat([x, m], -1)))
        c = torch.tanh(self.cand(torch.cat([x, f * m], -1)))
        return (1 - f) * m + f * c


class ReefNet(nn.Module):
    def __init__(self, n_in: int = 11, n: int = 40, layers: int = 2) -> None:
        super().__init__()
        self.cells = nn.ModuleList(GatedCell(n_in if k == 0 else n, n) for k in range(layers))
        self.rudder = nn.Linear(n, 2)
        self.bleached = nn.Linear(n, 1)

    def quiet(self) -> list[Tensor]:
        return [torch.zeros(1, cell.n) for cell in self.cells]

    def forward(self, x: Tensor, echo: list[Tensor]) -> tuple[Tensor, Tensor, list[Tensor]]:
        after = []
        for cell, m in zip(self.cells, echo):
            x = cell(x, m)
            after.append(x)
        return torch.tanh(self.rudder(x)), torch.sigmoid(self.bleached(x)), after


@dataclass
class ReefNode:
    net: ReefNet
    echo: list[Tensor] = field(default_factory=list)
    version: int = 0
    leg: int | None = None

    def __post_init__(self) -> None:
        self.net.eval()
        self.echo = self.net.quiet()

    def receive_weights(self, blob: bytes, version: int) -> None:
        if version <= self.version:
            return
        self.net.load_state_dict(torch.load(io.BytesIO(blob), map_location="cpu"))
        self.echo = self.net.quiet()
        self.version = version

    @torch.no_grad()
    def on_reading(self, reading: dict[str, Any]) -> dict[str, Any]:
        if reading["leg"] != self.leg:
            self.leg = reading["leg"]
            self.echo = self.net.quiet()
        x = torch.tensor([reading["values"]], dtype=torch.float32)
        rudder, bleached, self.echo = self.net(x, self.echo)
        return {"rudder": rudder[0].tolist(), "bleached": bleached.item(), "version": self.version}


async def listen_ship(node: ReefNode, ctx: zmq.asyncio.Context, address: str) -> None:
    sub = ctx.socket(zmq.SUB)
    sub.connect(address)
    sub.subscribe(b"weights")
    while True:
        _, head, blob = await sub.recv_multipart()
        node.receive_weights(blob, msgpack.unpackb(head)["version"])


async def steer(node: ReefNode, ctx: zmq.asyncio.Context, address: str) -> None:
    rep = ctx.socket(zmq.REP)
    rep.bind(address)
    while True:
        reading = msgpack.unpackb(await rep.recv())
        await rep.send(msgpack.packb(node.on_reading(reading)))


async def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--ship", default="tcp://10.0.0.1:5560")
    ap.add_argument("--board", default="tcp://*:5570")
    ap.add_argument("--weights", default=None)
    args = ap.parse_args()
    net = ReefNet()
    if args.weights:
        net.load_state_dict(torch.load(args.weights, map_location="cpu"))
    node = ReefNode(net)
    ctx = zmq.asyncio.Context()
    async with asyncio.TaskGroup() as group:
        group.create_task(listen_ship(node, ctx, args.ship))
        group.create_task(steer(node, ctx, args.board))


if __name__ == "__main__":
    asyncio.run(main())
