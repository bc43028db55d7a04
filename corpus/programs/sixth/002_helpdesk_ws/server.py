from __future__ import annotations

import argparse
import asyncio
import json
import logging
from pathlib import Path

import websockets

from conversations import ConversationBook, tokenize
from nets import INTENTS
from watcher import Slot, build, follow

log = logging.getLogger("desk")


class Desk:
    def __init__(self, slot: Slot, book: ConversationBook) -> None:
        self.slot = slot
        self.book = book

    def answer(self, ticket: str, text: str) -> dict:
        policy = self.slot.policy
        conv = self.book.get(ticket, policy.fresh)
        act, conv.mem = policy.turn(tokenize(text), conv.mem)
        conv.turns += 1
        intent = INTENTS[act]
        if intent == "close_ticket":
            self.book.close(ticket)
        return {"ticket": ticket, "intent": intent, "turn": conv.turns}

    async def handle(self, ws) -> None:
        async for raw in ws:
            msg = json.loads(raw)
            try:
                out = self.answer(msg["ticket"], msg["text"])
            except KeyError as exc:
                out = {"error": f"missing {exc}"}
            await ws.send(json.dumps(out))


async def janitor(book: ConversationBook) -> None:
    while True:
        await asyncio.sleep(60)
        n = book.sweep()
        if n:
            log.info("expired %d conversations, %d open", n, len(book))


async def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("weights", type=Path)
    ap.add_argument("--port", type=int, default=8765)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    slot = Slot(build(ns.weights))
    slot.stamp = ns.weights.stat().st_mtime
    book = ConversationBook()
    desk = Desk(slot, book)
    async with websockets.serve(desk.handle, "127.0.0.1", ns.port):
        await asyncio.gather(follow(slot, ns.weights), janitor(book))


if __name__ == "__main__":
    asyncio.run(main())
