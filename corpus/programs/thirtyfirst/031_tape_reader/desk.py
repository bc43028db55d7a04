from __future__ import annotations

import argparse
import asyncio
import json
import logging

import aiohttp
import torch
import websockets
from safetensors.torch import load as load_bytes

from book import Book
from models import TapeNet

log = logging.getLogger("desk")
MIN_TRADE = 0.05


class Desk:
    def __init__(self, symbols: list[str], registry: str, channel: str):
        self.registry = registry.rstrip("/")
        self.channel = channel
        self.net = TapeNet().eval()
        self.version: str | None = None
        self.books = {s: Book(s, self.net.blank_context()) for s in symbols}
        self.orders: asyncio.Queue = asyncio.Queue()

    async def fetch_json(self, http: aiohttp.ClientSession, path: str) -> dict:
        async with http.get(f"{self.registry}{path}") as resp:
            resp.raise_for_status()
            return await resp.json()

    async def follow_registry(self, every: float) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http:
            while True:
                try:
                    info = await self.fetch_json(http, f"/channels/{self.channel}")
                    if info["version"] != self.version:
                        async with http.get(info["url"]) as resp:
                            resp.raise_for_status()
                            blob = await resp.read()
                        self.promote(info["version"], blob)
                except (aiohttp.ClientError, asyncio.TimeoutError) as err:
                    log.warning("registry: %s", err)
                await asyncio.sleep(every)

    def promote(self, version: str, blob: bytes) -> None:
        self.net.load_state_dict(load_bytes(blob))
        for book in self.books.values():
            if book.flat:
                book.ctx = self.net.blank_context()
        log.info("promoted %s -> %s", self.version, version)
        self.version = version

    @torch.no_grad()
    def on_trade(self, msg: dict) -> None:
        book = self.books.get(msg["s"])
        if book is None:
            return
        side = -1 if msg["m"] else 1
        x = book.features(float(msg["p"]), float(msg["q"]), side, int(msg["T"]))
        target, book.ctx = self.net(x, book.ctx)
        want = float(target)
        if abs(want) < 0.1:
            want = 0.0
        if abs(want - book.position) >= MIN_TRADE:
            self.orders.put_nowait((book.symbol, want - book.position, float(msg["p"]), int(msg["T"])))
            book.position = want

    async def listen(self, url: str) -> None:
        streams = "/".join(f"{s.lower()}@trade" for s in self.books)
        async for ws in websockets.connect(f"{url}/stream?streams={streams}", ping_interval=20):
            for book in self.books.values():
                book.ctx = self.net.blank_context()
                book.last_price = book.last_ts = None
            try:
                async for raw in ws:
                    self.on_trade(json.loads(raw)["data"])
            except websockets.ConnectionClosed:
                log.warning("stream dropped, again")

    async def paper_fills(self) -> None:
        while True:
            symbol, delta, price, ts = await self.orders.get()
            self.books[symbol].fills.append((ts, delta, price))
            log.info("%s %+.2f @ %.4f (%s)", symbol, delta, price, self.version)


async def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("symbols", nargs="+")
    ap.add_argument("--registry", default="http://models.internal:8080")
    ap.add_argument("--channel", default="tape-stable")
    ap.add_argument("--ws", default="wss://stream.binance.com:9443")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    desk = Desk([s.upper() for s in args.symbols], args.registry, args.channel)
    await asyncio.gather(desk.follow_registry(60.0), desk.listen(args.ws), desk.paper_fills())


if __name__ == "__main__":
    asyncio.run(main())
