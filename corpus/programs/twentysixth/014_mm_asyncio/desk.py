"""Market maker for perpetuals: asyncio tasks for the book stream and the model channel.

Weights are published on redis (channel mm:weights) by the nightly/online trainer.
"""
import asyncio
import io
import json
import logging
from dataclasses import dataclass, field
from typing import Dict, Optional, Tuple

import redis.asyncio as aioredis
import torch
import websockets
from torch import nn

logger = logging.getLogger(__name__)
Memory = Tuple[torch.Tensor, torch.Tensor]


class QuoteModel(nn.Module):
    def __init__(self, n_in: int = 6, n_hidden: int = 80):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(n_in, 32), nn.SiLU())
        self.lstm = nn.LSTM(32, n_hidden, num_layers=1)
        self.offsets = nn.Linear(n_hidden, 2)

    def forward(self, x: torch.Tensor, mem: Optional[Memory]):
        y, mem = self.lstm(self.embed(x).view(1, 1, -1), mem)
        return nn.functional.softplus(self.offsets(y[0, 0])), mem


@dataclass
class Position:
    size: float = 0.0
    last_mid: Optional[float] = None


@dataclass
class Desk:
    model: QuoteModel = field(default_factory=QuoteModel)
    mem: Dict[str, Memory] = field(default_factory=dict)
    positions: Dict[str, Position] = field(default_factory=dict)
    version: int = -1
    tick_bp: float = 2.0

    def quote(self, msg: dict) -> Tuple[float, float]:
        sym = msg["symbol"]
        pos = self.positions.setdefault(sym, Position())
        mid = 0.5 * (msg["bid"] + msg["ask"])
        move = 0.0 if pos.last_mid is None else 1e4 * (mid / pos.last_mid - 1)
        imb = (msg["bid_size"] - msg["ask_size"]) / (msg["bid_size"] + msg["ask_size"] + 1e-9)
        spread = 1e4 * (msg["ask"] - msg["bid"]) / mid
        x = torch.tensor([move, imb, spread, pos.size, abs(pos.size), msg.get("funding", 0.0)])
        with torch.no_grad():
            off, self.mem[sym] = self.model(x, self.mem.get(sym))
        pos.last_mid = mid
        down, up = (off * self.tick_bp * 1e-4).tolist()
        return mid * (1 - down), mid * (1 + up)

    def take_weights(self, blob: bytes) -> None:
        pack = torch.load(io.BytesIO(blob), map_location="cpu")
        if pack["version"] <= self.version:
            return
        self.model.load_state_dict(pack["model"])
        self.mem.clear()
        self.version = pack["version"]
        logger.info("weights v%d", self.version)


async def weights_task(desk: Desk, url: str) -> None:
    client = aioredis.from_url(url)
    pubsub = client.pubsub()
    await pubsub.subscribe("mm:weights")
    async for message in pubsub.listen():
        if message["type"] == "message":
            desk.take_weights(message["data"])


async def quote_task(desk: Desk, ws_url: str) -> None:
    async with websockets.connect(ws_url) as ws:
        async for raw in ws:
            msg = json.loads(raw)
            if msg["type"] == "fill":
                desk.positions.setdefault(msg["symbol"], Position()).size += msg["signed_size"]
                continue
            bid, ask = desk.quote(msg)
            await ws.send(json.dumps({"op": "replace", "symbol": msg["symbol"], "bid": bid, "ask": ask}))


async def main() -> None:
    desk = Desk()
    desk.model.eval()
    await asyncio.gather(
        weights_task(desk, "redis://localhost:6379"),
        quote_task(desk, "wss://sim.local/stream"),
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
