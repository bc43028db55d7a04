"""Guide bot of a museum: chooses the next exhibit for each visitor's handset.

Line protocol over TCP, one JSON object a line:
    {"visitor": "a17", "room": 3, "dwell": 41.0, "liked": true}
"""
import asyncio
import json
import logging
import os

import torch
from torch import nn

ROOMS = 12
logger = logging.getLogger(__name__)


class GuidePolicy(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.rooms = nn.Embedding(ROOMS, 16)
        self.gru = nn.GRU(18, width, batch_first=True)
        self.out = nn.Linear(width, ROOMS)

    def forward(self, room, extra, hidden=None):
        x = torch.cat([self.rooms(room), extra], dim=-1).unsqueeze(1)
        y, hidden = self.gru(x, hidden)
        return self.out(y[:, 0]), hidden


class GuideServer:
    def __init__(self, checkpoint, poll_seconds=30.0):
        self.checkpoint = checkpoint
        self.poll_seconds = poll_seconds
        self.policy = GuidePolicy()
        self.memory = {}
        self.mtime = 0.0

    def load_weights(self):
        self.mtime = os.path.getmtime(self.checkpoint)
        payload = torch.load(self.checkpoint, map_location="cpu")
        self.policy.load_state_dict(payload["policy"])
        self.policy.eval()
        # what the old network remembered means nothing to the new one
        self.memory.clear()
        logger.info("loaded weights of epoch %s", payload.get("epoch"))

    async def watch(self):
        while True:
            await asyncio.sleep(self.poll_seconds)
            try:
                if os.path.getmtime(self.checkpoint) > self.mtime:
                    self.load_weights()
            except (OSError, RuntimeError) as exc:
                logger.warning("reload failed: %s", exc)

    @torch.no_grad()
    def recommend(self, visitor, room, dwell, liked):
        extra = torch.tensor([[dwell / 60.0, 1.0 if liked else 0.0]])
        logits, hidden = self.policy(torch.tensor([room]), extra, self.memory.get(visitor))
        self.memory[visitor] = hidden
        logits[0, room] = -float("inf")
        return int(logits.argmax(dim=-1))

    async def handle(self, reader, writer):
        visitors = set()
        try:
            while line := await reader.readline():
                msg = json.loads(line)
                visitor = msg["visitor"]
                if msg.get("bye"):
                    self.memory.pop(visitor, None)
                    visitors.discard(visitor)
                    continue
                visitors.add(visitor)
                room = self.recommend(visitor, msg["room"], msg["dwell"], msg["liked"])
                writer.write(json.dumps({"visitor": visitor, "go_to": room}).encode() + b"\n")
                await writer.drain()
        finally:
            for visitor in visitors:
                self.memory.pop(visitor, None)
            writer.close()

    async def run(self, host, port):
        self.load_weights()
        server = await asyncio.start_server(self.handle, host, port)
        watcher = asyncio.create_task(self.watch())
        async with server:
            await server.serve_forever()
        watcher.cancel()


def main():
    logging.basicConfig(level=logging.INFO)
    server = GuideServer(os.environ.get("GUIDE_CHECKPOINT", "guide.pt"))
    asyncio.run(server.run("0.0.0.0", int(os.environ.get("GUIDE_PORT", "7007"))))


if __name__ == "__main__":
    main()
