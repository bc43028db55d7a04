"""Closed-loop sedation controller on the theatre's MQTT bus."""
from __future__ import annotations

import asyncio
import io
import json
import sys
from dataclasses import dataclass, field

import aiomqtt
import torch
from torch import Tensor, nn

SIGNALS = ("bis", "map", "heart_rate", "rate")


@dataclass(slots=True)
class Settings:
    host: str = "localhost"
    port: int = 1883
    weights: str = "controller.pt"
    width: int = 48
    max_rate: float = 10.0


class SedationGRU(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Linear(len(SIGNALS), width)
        self.cell = nn.GRUCell(width, width)
        self.rate = nn.Linear(width, 1)

    def fresh(self) -> Tensor:
        return torch.zeros(1, self.width)

    def forward(self, x: Tensor, depth: Tensor) -> tuple[Tensor, Tensor]:
        depth = self.cell(torch.tanh(self.embed(x)), depth)
        return torch.sigmoid(self.rate(depth)), depth


@dataclass(slots=True)
class Case:
    """What we keep for one patient on the table."""

    depth: Tensor
    last_rate: float = 0.0
    samples: int = 0


@dataclass
class Controller:
    settings: Settings
    net: SedationGRU
    cases: dict[str, Case] = field(default_factory=dict)

    @classmethod
    def start(cls, settings: Settings) -> Controller:
        net = SedationGRU(settings.width)
        net.load_state_dict(torch.load(settings.weights, map_location="cpu"))
        return cls(settings, net.eval())

    @torch.no_grad()
    def on_sample(self, pump: str, sample: dict[str, float]) -> float:
        case = self.cases.setdefault(pump, Case(self.net.fresh()))
        x = torch.tensor([[
            sample["bis"] / 100, sample["map"] / 100, sample["heart_rate"] / 100,
            case.last_rate / self.settings.max_rate,
        ]])
        out, case.depth = self.net(x, case.depth)
        case.last_rate = out.item() * self.settings.max_rate
        case.samples += 1
        return case.last_rate

    def on_model(self, blob: bytes) -> None:
        weights = torch.load(io.BytesIO(blob), map_location="cpu")
        self.net.load_state_dict(weights)
        for case in self.cases.values():
            case.depth = self.net.fresh()

    def on_end(self, pump: str) -> None:
        case = self.cases.pop(pump, None)
        if case is not None:
            print(f"{pump}: case closed after {case.samples} samples")


async def serve(settings: Settings) -> None:
    controller = Controller.start(settings)
    async with aiomqtt.Client(settings.host, settings.port) as client:
        await client.subscribe("theatre/+/sample", qos=1)
        await client.subscribe("theatre/+/end", qos=1)
        await client.subscribe("controller/model", qos=2)
        async for message in client.messages:
            match str(message.topic).split("/"):
                case ["controller", "model"]:
                    controller.on_model(message.payload)
                    await client.publish("controller/status", json.dumps({"cases": len(controller.cases)}))
                case ["theatre", pump, "sample"]:
                    rate = controller.on_sample(pump, json.loads(message.payload))
                    await client.publish(f"theatre/{pump}/rate", json.dumps({"rate": round(rate, 2)}))
                case ["theatre", pump, "end"]:
                    controller.on_end(pump)


if __name__ == "__main__":
    asyncio.run(serve(Settings(*sys.argv[1:2])))
