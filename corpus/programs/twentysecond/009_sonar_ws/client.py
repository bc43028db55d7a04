import argparse
import asyncio
import json

import numpy as np
import websockets


async def stream(uri, seconds, reload_at, version):
    rng = np.random.default_rng()
    async with websockets.connect(uri) as ws:
        for t in range(seconds * 4):
            if reload_at is not None and t == reload_at * 4:
                await ws.send(json.dumps({"type": "reload", "version": version}))
                print(await ws.recv())
            bins = np.abs(rng.normal(size=64)) + np.exp(-0.5 * ((np.arange(64) - 20) / 2) ** 2)
            await ws.send(json.dumps({"type": "frame", "bins": bins.tolist()}))
            print(await ws.recv())
            await asyncio.sleep(0.25)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--uri", default="ws://localhost:8765")
    ap.add_argument("--seconds", type=int, default=60)
    ap.add_argument("--reload-at", type=int)
    ap.add_argument("--version", default="night")
    a = ap.parse_args()
    asyncio.run(stream(a.uri, a.seconds, a.reload_at, a.version))
