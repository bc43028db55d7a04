"""Plays on a telnet MUD. Three policies were trained apart: town, forest, crypt."""
import argparse
import asyncio
import logging
from pathlib import Path

import torch

from brain import COMMANDS, TextAgent, hash_words

ZONE_WORDS = {
    "town": ("market", "tavern", "gate", "temple"),
    "forest": ("trees", "clearing", "undergrowth", "creek"),
    "crypt": ("tomb", "coffin", "catacomb", "bones"),
}
log = logging.getLogger("bot")


def guess_zone(text, current):
    text = text.lower()
    counts = {z: sum(text.count(w) for w in words) for z, words in ZONE_WORDS.items()}
    zone = max(counts, key=counts.get)
    return zone if counts[zone] > 0 else current


class Bot:
    def __init__(self, host, port, name, policies, temperature):
        self.host, self.port, self.name = host, port, name
        self.policies = Path(policies)
        self.temperature = temperature
        self.agent = TextAgent().eval()
        self.h = self.agent.fresh()
        self.zone = None

    def enter_zone(self, zone):
        path = self.policies / f"{zone}.pt"
        self.agent.load_state_dict(torch.load(path, map_location="cpu"))
        self.zone = zone
        log.info("entered %s", zone)

    async def read_screen(self, reader):
        chunks = []
        while True:
            try:
                data = await asyncio.wait_for(reader.read(4096), timeout=0.8)
            except asyncio.TimeoutError:
                break
            if not data:
                raise ConnectionError("server closed the line")
            chunks.append(data.decode("latin-1"))
        return "".join(chunks)

    def choose(self, text):
        with torch.no_grad():
            logits, self.h = self.agent(hash_words(text), self.h)
        probs = torch.softmax(logits[0] / self.temperature, 0)
        return COMMANDS[int(torch.multinomial(probs, 1))]

    async def life(self, reader, writer):
        self.h = self.agent.fresh()
        moves = 0
        while True:
            text = await self.read_screen(reader)
            if "You are dead" in text:
                return moves
            zone = guess_zone(text, self.zone or "town")
            if zone != self.zone:
                self.enter_zone(zone)
            command = self.choose(text)
            writer.write((command + "\n").encode())
            await writer.drain()
            moves += 1

    async def play(self, lives):
        reader, writer = await asyncio.open_connection(self.host, self.port)
        writer.write(f"connect {self.name}\n".encode())
        try:
            for i in range(lives):
                moves = await self.life(reader, writer)
                log.info("%s: life %d ended after %d moves", self.name, i, moves)
                writer.write(b"respawn\n")
                await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--host", default="localhost")
    ap.add_argument("--port", type=int, default=4000)
    ap.add_argument("--names", nargs="+", default=["grim"])
    ap.add_argument("--policies", default="policies")
    ap.add_argument("--lives", type=int, default=5)
    ap.add_argument("--temperature", type=float, default=0.7)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    bots = [Bot(args.host, args.port, n, args.policies, args.temperature) for n in args.names]
    await asyncio.gather(*(b.play(args.lives) for b in bots))


if __name__ == "__main__":
    asyncio.run(main())
