from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .memory_net import MemoryPolicy

log = logging.getLogger("porter")


@dataclass
class Porter:
    policy: MemoryPolicy
    tokens: list[Tensor] = field(default_factory=list)
    errand: str | None = None
    ticks: int = 0

    def take_errand(self, name: str) -> None:
        log.info("errand %s", name)
        self.errand = name
        self.tokens = self.policy.empty()

    @torch.inference_mode()
    def think(self, obs: list[float]) -> int:
        self.ticks += 1
        logits, self.tokens = self.policy(torch.tensor([obs]), self.tokens)
        return int(logits.argmax())


async def drive(porter: Porter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        msg = json.loads(line)
        if msg["op"] == "errand":
            porter.take_errand(msg["name"])
        elif msg["op"] == "obs" and porter.errand is not None:
            writer.write(json.dumps({"cmd": porter.think(msg["values"])}).encode() + b"\n")
            await writer.drain()
    log.info("base closed the connection after %d ticks", porter.ticks)
