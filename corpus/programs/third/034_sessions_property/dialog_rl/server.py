import argparse
import asyncio
import json
import logging
from pathlib import Path

from .engine import Engine, follow, latest


async def talk(engine, reader, writer):
    peer = "%s:%s" % writer.get_extra_info("peername")[:2]
    try:
        while line := await reader.readline():
            msg = json.loads(line)
            move = engine.answer(peer, msg["text"])
            writer.write(json.dumps({"move": move, "release": engine.release}).encode() + b"\n")
            await writer.drain()
    finally:
        engine.close(peer)
        writer.close()


async def serve(args):
    engine = Engine(args.folder)
    engine.release = latest(args.folder)
    watcher = asyncio.create_task(follow(engine, args.period))
    server = await asyncio.start_server(lambda r, w: talk(engine, r, w), "0.0.0.0", args.port)
    async with server:
        await server.serve_forever()
    watcher.cancel()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--port", type=int, default=7070)
    ap.add_argument("--period", type=float, default=30.0)
    logging.basicConfig(level=logging.INFO)
    asyncio.run(serve(ap.parse_args()))


if __name__ == "__main__":
    main()
