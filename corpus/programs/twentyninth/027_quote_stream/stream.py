import asyncio
import json
import sys

import websockets

from quoter import Quoter


async def pump(url, quoter):
    async for ws in websockets.connect(url):
        try:
            await ws.send(json.dumps({"op": "subscribe", "symbol": quoter.symbol}))
            async for raw in ws:
                msg = json.loads(raw)
                kind = msg.get("type")
                if kind == "auction_end":
                    quoter.begin()
                elif kind == "auction_start":
                    quoter.finish()
                    await ws.send(json.dumps({"op": "cancel_all", "symbol": quoter.symbol}))
                elif kind == "fill":
                    quoter.inventory += msg["qty"] if msg["side"] == "buy" else -msg["qty"]
                elif kind == "book":
                    q = quoter.quote(msg)
                    if q is not None:
                        await ws.send(json.dumps({"op": "quote", **q}))
        except websockets.ConnectionClosed:
            quoter.finish()
            continue


async def watch(quoters, every=30):
    while True:
        for q in quoters:
            try:
                q.note_release(q.newest())
            except FileNotFoundError:
                pass
        await asyncio.sleep(every)


async def main(url, model_dir, symbols):
    quoters = [Quoter(s, model_dir) for s in symbols]
    await asyncio.gather(watch(quoters), *(pump(url, q) for q in quoters))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
