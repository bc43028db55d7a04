import argparse
import asyncio
import json
import logging
import time
from collections import defaultdict

import websockets

from brain import Brain, Quote, Registry

log = logging.getLogger("pairs")


class PaperAccount:
    def __init__(self, fee_bps=0.5):
        self.fee_bps = fee_bps
        self.held = defaultdict(int)
        self.last_z = {}
        self.pnl = defaultdict(float)

    def mark(self, q: Quote):
        if q.pair in self.last_z:
            self.pnl[q.pair] += self.held[q.pair] * (q.z - self.last_z[q.pair])
        self.last_z[q.pair] = q.z

    def target(self, q: Quote, want: int):
        change = abs(want - self.held[q.pair])
        if change:
            self.pnl[q.pair] -= change * (self.fee_bps + q.spread_bps / 2) / 100
            self.held[q.pair] = want

    def flatten(self):
        self.held.clear()
        self.last_z.clear()


class Bot:
    def __init__(self, url, brain, account):
        self.url, self.brain, self.account = url, brain, account

    async def trade(self):
        async for sock in websockets.connect(self.url):
            try:
                async for raw in sock:
                    self.on_message(json.loads(raw))
            except websockets.ConnectionClosed:
                log.warning("feed lost")
            finally:
                self.account.flatten()
                self.brain.session_over()

    def on_message(self, msg):
        if msg["type"] == "close":
            self.account.flatten()
            self.brain.session_over()
            log.info("session pnl %.3f", sum(self.account.pnl.values()))
            return
        q = Quote(msg["pair"], msg["z"], msg["spread"], msg.get("ts", time.time()))
        self.account.mark(q)
        if self.brain.wid is not None:
            self.account.target(q, self.brain.decide(q, self.account.held[q.pair]))

    async def keep_fresh(self, every):
        while True:
            if self.brain.renew():
                log.info("weights %s in use", self.brain.wid)
            await asyncio.sleep(every)


async def main():
    p = argparse.ArgumentParser()
    p.add_argument("url")
    p.add_argument("--db", default="weights.db")
    p.add_argument("--every", type=float, default=60.0)
    a = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    bot = Bot(a.url, Brain(Registry(a.db)), PaperAccount())
    await asyncio.gather(bot.trade(), bot.keep_fresh(a.every))


if __name__ == "__main__":
    asyncio.run(main())
