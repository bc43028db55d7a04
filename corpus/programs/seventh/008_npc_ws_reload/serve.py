"""WebSocket front for the game servers: one connection per shard, JSON messages."""
import argparse
import asyncio
import json
import logging

import websockets

from brain import NpcBrain

logger = logging.getLogger("npc")


async def watch_weights(brain: NpcBrain, period: float):
    while True:
        await asyncio.sleep(period)
        try:
            if brain.refresh():
                logger.info("new weights from %s", brain.weights)
        except (OSError, RuntimeError) as err:
            logger.warning("weights not refreshed: %s", err)


def handle(brain: NpcBrain, message: dict) -> dict:
    kind, npc = message["type"], message.get("npc")
    if kind == "spawn":
        brain.spawn(npc)
        return {"type": "spawned", "npc": npc}
    if kind == "despawn":
        brain.despawn(npc)
        return {"type": "despawned", "npc": npc}
    if kind == "tick":
        return {"type": "move", "npc": npc, "move": brain.choose(npc, message["obs"])}
    return {"type": "error", "reason": f"unknown message {kind!r}"}


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--port", type=int, default=9001)
    parser.add_argument("--poll", type=float, default=5.0)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    brain = NpcBrain(args.weights)

    async def connection(ws):
        mine = set()
        try:
            async for raw in ws:
                message = json.loads(raw)
                if message["type"] == "spawn":
                    mine.add(message["npc"])
                await ws.send(json.dumps(handle(brain, message)))
        finally:
            for npc in mine:
                brain.despawn(npc)

    watcher = asyncio.create_task(watch_weights(brain, args.poll))
    try:
        async with websockets.serve(connection, "0.0.0.0", args.port):
            await asyncio.Future()
    finally:
        watcher.cancel()


if __name__ == "__main__":
    asyncio.run(main())
