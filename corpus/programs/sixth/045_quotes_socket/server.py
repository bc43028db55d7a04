import argparse
import asyncio
import json
import logging
from collections import defaultdict
from pathlib import Path

import torch
import websockets

from brain import Host, Memo

log = logging.getLogger("quotes")
WARM = 50  # book updates before we dare to quote


class Service:
    def __init__(self, host: Host, folder: Path):
        self.host = host
        self.folder = folder
        self.memos = defaultdict(Memo)
        self.current = None

    def latest(self):
        files = sorted(self.folder.glob("quoter-*.pt"))
        return files[-1] if files else None

    async def reloader(self, period: float):
        loop = asyncio.get_running_loop()
        while True:
            f = self.latest()
            if f is not None and f != self.current:
                weights = await loop.run_in_executor(None, lambda: torch.load(f, map_location="cpu"))
                gen = self.host.install(weights)
                self.current = f
                log.info("generation %d from %s, %d instruments open", gen, f.name, len(self.memos))
            await asyncio.sleep(period)

    async def client(self, ws):
        mine = set()
        try:
            async for raw in ws:
                msg = json.loads(raw)
                sym = msg["symbol"]
                key = (id(ws), sym)
                if msg["type"] == "open":
                    mine.add(key)
                    self.memos.pop(key, None)
                elif msg["type"] == "book":
                    memo = self.memos[key]
                    bid, ask = self.host.quote(msg["features"], memo)
                    if memo.n >= WARM:
                        await ws.send(json.dumps({"symbol": sym, "bid": -bid, "ask": ask, "gen": memo.gen}))
                elif msg["type"] == "close":
                    mine.discard(key)
                    self.memos.pop(key, None)
        finally:
            for key in mine:
                self.memos.pop(key, None)


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--port", type=int, default=8765)
    ap.add_argument("--folder", type=Path, default=Path("weights"))
    ap.add_argument("--period", type=float, default=30.0)
    a = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    svc = Service(Host(), a.folder)
    task = asyncio.create_task(svc.reloader(a.period))
    async with websockets.serve(svc.client, "0.0.0.0", a.port):
        await task


if __name__ == "__main__":
    asyncio.run(main())
