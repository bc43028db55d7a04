from __future__ import annotations

import argparse
import asyncio
import io
import json
import logging

import torch
import websockets

from npc import Brain, Encounter

log = logging.getLogger("npc")


class Town:
    def __init__(self, weights: str) -> None:
        self.brain = Brain()
        self.brain.load_state_dict(torch.load(weights, map_location="cpu"))
        self.brain.eval()
        self.encounters: dict[tuple[str, str], Encounter] = {}
        self.patches: asyncio.Queue[bytes] = asyncio.Queue()
        self.version = 0

    def encounter(self, player: str, npc: str) -> Encounter:
        key = (player, npc)
        if key not in self.encounters:
            self.encounters[key] = Encounter(player, npc)
        return self.encounters[key]

    async def player(self, ws) -> None:
        name = json.loads(await ws.recv())["player"]
        try:
            async for raw in ws:
                msg = json.loads(raw)
                enc = self.encounter(name, msg["npc"])
                kind = msg["type"]
                if kind == "event":
                    if enc.paused:
                        continue
                    verb = enc.react(self.brain, msg)
                    await ws.send(json.dumps({"npc": enc.npc, "do": verb, "v": self.version}))
                elif kind == "menu":
                    enc.paused = True
                elif kind == "back":
                    enc.paused = False
                elif kind == "leave":
                    enc.part()
        finally:
            for key in [k for k in self.encounters if k[0] == name]:
                del self.encounters[key]

    async def workshop(self, ws) -> None:
        async for blob in ws:
            if isinstance(blob, bytes):
                await self.patches.put(blob)
                await ws.send("queued")

    async def patcher(self) -> None:
        while True:
            blob = await self.patches.get()
            try:
                weights = torch.load(io.BytesIO(blob), map_location="cpu")
            except Exception as e:
                log.warning("patch not readable: %s", e)
                continue
            self.brain.load_state_dict(weights)
            self.version += 1
            told = 0
            for enc in self.encounters.values():
                if enc.paused:
                    continue
                enc.mood = None
                enc.heard = 0
                told += 1
            log.info("version %d, %d encounters begun anew", self.version, told)


async def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--port", type=int, default=8765)
    ap.add_argument("--workshop-port", type=int, default=8766)
    args = ap.parse_args()
    town = Town(args.weights)
    async with websockets.serve(town.player, "0.0.0.0", args.port):
        async with websockets.serve(town.workshop, "127.0.0.1", args.workshop_port, max_size=2**26):
            await town.patcher()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
