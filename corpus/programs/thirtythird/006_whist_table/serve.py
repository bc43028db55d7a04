import argparse
import asyncio
import json
import logging

import websockets

from table.brain import BrainStore
from table.seat import Seat

logger = logging.getLogger("whist")


async def poll_forever(store, period):
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(period)
        if await loop.run_in_executor(None, store.poll):
            logger.info("next deals are played by %s", store.tag)


async def handle(ws, store):
    hello = json.loads(await ws.recv())
    seat = Seat(store, int(hello["seat"]))
    try:
        async for raw in ws:
            answer = seat.on_message(json.loads(raw))
            if answer is not None:
                await ws.send(json.dumps(answer))
    except websockets.ConnectionClosed:
        pass
    logger.info("seat %d left with %d tricks", seat.number, seat.tricks)


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--brains", default="brains")
    ap.add_argument("--port", type=int, default=8765)
    ap.add_argument("--period", type=float, default=20)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    store = BrainStore(args.brains)

    async def handler(ws):
        await handle(ws, store)

    async with websockets.serve(handler, "0.0.0.0", args.port):
        await poll_forever(store, args.period)


if __name__ == "__main__":
    asyncio.run(main())
