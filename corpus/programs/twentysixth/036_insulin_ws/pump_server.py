"""Websocket endpoint for closed-loop pumps. One connection = one pump."""
from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
import websockets


class BasalNet(nn.Module):
    def __init__(self, features: int = 4, units: int = 40) -> None:
        super().__init__()
        self.units = units
        self.cell = nn.GRUCell(features, units)
        self.rate = nn.Linear(units, 1)

    def forward(self, x: Tensor, h: Tensor | None) -> tuple[Tensor, Tensor]:
        h = self.cell(x, h)
        return torch.sigmoid(self.rate(h)), h


@dataclass
class ModelStore:
    path: Path
    net: BasalNet = field(default_factory=BasalNet)
    version: int = 0
    stamp: float = 0.0

    def refresh(self) -> bool:
        if not self.path.exists():
            return False
        stamp = self.path.stat().st_mtime
        if stamp <= self.stamp:
            return False
        self.net.load_state_dict(torch.load(self.path, map_location="cpu", weights_only=True))
        self.stamp = stamp
        self.version += 1
        return True

    async def follow(self, every: float = 30.0) -> None:
        while True:
            if self.refresh():
                print(f"basal net version {self.version}")
            await asyncio.sleep(every)


@dataclass
class PumpSession:
    store: ModelStore
    max_rate: float = 2.5
    hidden: Tensor | None = None
    version: int = -1

    @torch.inference_mode()
    def rate(self, glucose: float, insulin_on_board: float, carbs: float, hour: float) -> float:
        if self.version != self.store.version:
            self.hidden = None
            self.version = self.store.version
        x = torch.tensor([[glucose / 200, insulin_on_board / 5, carbs / 80, hour / 24]])
        y, self.hidden = self.store.net(x, self.hidden)
        return float(y) * self.max_rate

    def handle(self, msg: dict[str, Any]) -> dict[str, Any]:
        match msg:
            case {"type": "reading", "glucose": g, "iob": iob, **rest}:
                if g < 70:
                    return {"type": "suspend"}
                r = self.rate(g, iob, rest.get("carbs", 0.0), rest.get("hour", 12.0))
                return {"type": "rate", "value": round(r, 2), "version": self.version}
            case {"type": "sensor_change"}:
                self.hidden = None
                return {"type": "ok"}
            case {"type": "limit", "value": v}:
                self.max_rate = float(v)
                return {"type": "ok"}
            case _:
                return {"type": "error", "reason": "unknown message"}


async def main() -> None:
    store = ModelStore(Path("basal.pt"))
    store.refresh()

    async def pump(ws) -> None:
        session = PumpSession(store)
        async for raw in ws:
            await ws.send(json.dumps(session.handle(json.loads(raw))))

    async with websockets.serve(pump, "0.0.0.0", 9012):
        await store.follow()


if __name__ == "__main__":
    asyncio.run(main())
