import argparse
import asyncio
import json
import logging
from pathlib import Path

import websockets

from brain import Brain

log = logging.getLogger("service")


async def fly(ws, brain: Brain):
    drone = None
    try:
        async for text in ws:
            msg = json.loads(text)
            kind = msg["type"]
            if kind == "takeoff":
                drone = msg["drone"]
                brain.landed(drone)
                log.info("%s is up", drone)
            elif kind == "sense" and drone:
                await ws.send(json.dumps({"type": "cmd", "vel": brain.steer(drone, msg["obs"])}))
            elif kind == "landed" and drone:
                brain.landed(drone)
                log.info("%s is down", drone)
    finally:
        if drone:
            brain.landed(drone)


async def keep_current(brain: Brain, seconds: float):
    while True:
        await asyncio.sleep(seconds)
        if brain.outdated():
            try:
                brain.refresh()
            except (OSError, ValueError):
                log.exception("half-written policy? trying again later")


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("policy", type=Path)
    ap.add_argument("--port", type=int, default=8765)
    ap.add_argument("--check", type=float, default=20.0)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    brain = Brain(args.policy)
    async with websockets.serve(lambda ws: fly(ws, brain), "0.0.0.0", args.port):
        await keep_current(brain, args.check)


if __name__ == "__main__":
    asyncio.run(main())
