"""JSON lines over TCP: {"id": "F07", "reading": [...14 floats]} -> {"id": "F07", "order": "fetch"}"""
from __future__ import annotations

import argparse
import asyncio
import json
import logging

from brain import Brain, Track

log = logging.getLogger("fleet")


class FleetServer:
    def __init__(self, brain: Brain) -> None:
        self.brain = brain
        self.tracks: dict[str, Track] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine: set[str] = set()
        try:
            while line := await reader.readline():
                try:
                    msg = json.loads(line)
                    fid = msg["id"]
                except (ValueError, KeyError):
                    writer.write(b'{"error": "bad message"}\n')
                    continue
                if msg.get("event") == "boot":
                    self.tracks.pop(fid, None)
                    continue
                mine.add(fid)
                track = self.tracks.setdefault(fid, Track())
                order = await self.brain.order(track, msg["reading"])
                writer.write(json.dumps({"id": fid, "order": order}).encode() + b"\n")
                await writer.drain()
        finally:
            for fid in mine:
                self.tracks.pop(fid, None)
            writer.close()

    async def poll(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await self.brain.refresh()
            except (OSError, RuntimeError) as e:
                log.warning("keeping generation %d: %s", self.brain.generation, e)


async def amain(ns: argparse.Namespace) -> None:
    brain = Brain(ns.weights)
    await brain.refresh()
    fs = FleetServer(brain)
    server = await asyncio.start_server(fs.serve, "127.0.0.1", ns.port)
    async with server:
        await asyncio.gather(server.serve_forever(), fs.poll(ns.every))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--port", type=int, default=7070)
    ap.add_argument("--every", type=float, default=10.0)
    asyncio.run(amain(ap.parse_args()))
