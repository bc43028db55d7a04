import argparse
import asyncio
import contextlib
import logging
from pathlib import Path

from porter.reload import build, keep_current
from porter.robot import Porter, drive


async def amain(ns):
    porter = Porter(build(ns.policy))
    reader, writer = await asyncio.open_connection(ns.host, ns.port)
    reloader = asyncio.create_task(keep_current(porter, ns.policy))
    try:
        await drive(porter, reader, writer)
    finally:
        reloader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reloader
        writer.close()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("policy", type=Path)
    ap.add_argument("--host", default="porter-base.local")
    ap.add_argument("--port", type=int, default=9009)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    asyncio.run(amain(ns))


if __name__ == "__main__":
    main()
