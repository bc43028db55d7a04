import argparse
import asyncio
import json
import logging
import pathlib

import torch
import websockets

from nets import TrendNet

log = logging.getLogger("trader")


class Contract:
    def __init__(self, code, layers):
        self.code = code
        self.layers = layers
        self.position = 0
        self.pnl = 0.0
        self.prev_close = None

    def features(self, bar):
        ref = self.prev_close or bar["o"]
        return torch.tensor([[bar["o"] / ref - 1, bar["h"] / ref - 1, bar["l"] / ref - 1, bar["c"] / ref - 1,
                              bar["v"] / 1e4, bar["oi"] / 1e5, float(self.position)]])


class Desk:
    def __init__(self, codes, weights: pathlib.Path):
        self.net = TrendNet()
        self.weights = weights
        self.mtime = 0.0
        self.contracts = {c: Contract(c, self.net.fresh()) for c in codes}
        self.refresh()

    def refresh(self):
        mtime = self.weights.stat().st_mtime
        if mtime <= self.mtime:
            return False
        self.net.load_state_dict(torch.load(self.weights, map_location="cpu"))
        self.net.eval()
        self.mtime = mtime
        for con in self.contracts.values():
            if con.position != 0:
                log.info("%s holds %+d, left as it is", con.code, con.position)
                continue
            con.layers = self.net.fresh()
        return True

    @torch.no_grad()
    def on_bar(self, code, bar):
        con = self.contracts[code]
        if con.prev_close is not None:
            con.pnl += con.position * (bar["c"] - con.prev_close)
        logits, con.layers = self.net(con.features(bar), con.layers)
        target = int(logits.argmax()) - 1
        order = target - con.position
        con.position = target
        con.prev_close = bar["c"]
        return order

    def on_roll(self, code):
        con = self.contracts[code]
        con.layers = self.net.fresh()
        con.position = 0
        con.prev_close = None


async def trade(desk, url):
    async with websockets.connect(url, ping_interval=20) as ws:
        await ws.send(json.dumps({"subscribe": list(desk.contracts)}))
        async for raw in ws:
            m = json.loads(raw)
            if m["kind"] == "roll":
                desk.on_roll(m["code"])
            elif m["kind"] == "bar":
                order = desk.on_bar(m["code"], m["bar"])
                if order:
                    await ws.send(json.dumps({"order": order, "code": m["code"]}))


async def keep_fresh(desk, period):
    while True:
        await asyncio.sleep(period)
        if desk.refresh():
            log.info("weights of %s in use", desk.weights)


async def main():
    p = argparse.ArgumentParser()
    p.add_argument("url")
    p.add_argument("--weights", type=pathlib.Path, default=pathlib.Path("trend.pt"))
    p.add_argument("--codes", nargs="+", default=["CL", "NG", "HO"])
    p.add_argument("--period", type=float, default=60.0)
    args = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    desk = Desk(args.codes, args.weights)
    await asyncio.gather(trade(desk, args.url), keep_fresh(desk, args.period))


if __name__ == "__main__":
    asyncio.run(main())
