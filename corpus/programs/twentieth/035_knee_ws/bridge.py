from __future__ import annotations

import asyncio
import json
import pathlib
from dataclasses import dataclass

import websockets

from knee import Knee


@dataclass
class Settings:
    host: str = "0.0.0.0"
    port: int = 8765
    profiles: pathlib.Path = pathlib.Path("/opt/knee/profiles")
    default: str = "level_ground"


class Bridge:
    def __init__(self, cfg: Settings) -> None:
        self.cfg = cfg
        self.knee = Knee(str(cfg.profiles / f"{cfg.default}.pt"))
        self.profile = cfg.default
        self.phones: set = set()

    async def tell(self, **msg) -> None:
        text = json.dumps(msg)
        for ws in list(self.phones):
            try:
                await ws.send(text)
            except websockets.ConnectionClosed:
                self.phones.discard(ws)

    async def sensors(self, ws) -> None:
        self.knee.rest()
        async for raw in ws:
            msg = json.loads(raw)
            if msg.get("doffed"):
                self.knee.rest()
                continue
            await ws.send(json.dumps({"torque": self.knee.tick(msg["imu"] + msg["load"])}))

    async def phone(self, ws) -> None:
        self.phones.add(ws)
        try:
            async for raw in ws:
                msg = json.loads(raw)
                if msg["cmd"] == "profile":
                    path = self.cfg.profiles / f"{msg['name']}.pt"
                    if not path.exists():
                        await ws.send(json.dumps({"error": "no such profile"}))
                        continue
                    self.knee.install(str(path))
                    self.profile = msg["name"]
                    await self.tell(profile=self.profile)
                elif msg["cmd"] == "update":
                    path = self.cfg.profiles / f"{self.profile}.pt"
                    path.write_bytes(bytes.fromhex(msg["data"]))
                    self.knee.install(str(path))
                    await self.tell(updated=self.profile)
                elif msg["cmd"] == "limit":
                    self.knee.limit = float(msg["value"])
        finally:
            self.phones.discard(ws)

    async def handle(self, ws) -> None:
        if ws.request.path == "/sensors":
            await self.sensors(ws)
        else:
            await self.phone(ws)


async def main() -> None:
    cfg = Settings()
    bridge = Bridge(cfg)
    async with websockets.serve(bridge.handle, cfg.host, cfg.port):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
