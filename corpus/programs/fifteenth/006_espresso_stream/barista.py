import asyncio
import json
import os

import torch
import torch.nn as nn


class Brew(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(4, 24)
        self.pump = nn.Linear(24, 1)

    def forward(self, x, h):
        h = self.cell(x, h)
        return torch.sigmoid(self.pump(h)), h


class Server:
    """One TCP connection per group head; one JSON line in, one JSON line out."""

    def __init__(self, path):
        self.path = path
        self.stamp = None
        self.net = Brew()
        self.heads = {}
        self.refresh()

    def refresh(self):
        try:
            stamp = os.stat(self.path).st_mtime_ns
        except FileNotFoundError:
            return False
        if stamp == self.stamp:
            return False
        self.net.load_state_dict(torch.load(self.path, map_location="cpu"))
        self.net.eval()
        self.heads.clear()
        self.stamp = stamp
        return True

    async def watch(self, every=5.0):
        while True:
            await asyncio.sleep(every)
            try:
                if self.refresh():
                    print("new brew net")
            except (RuntimeError, EOFError) as e:
                # half-written file, next time
                print("could not load:", e)
                self.heads.clear()

    def pump(self, key, msg):
        if msg.get("begin"):
            self.heads.pop(key, None)
        x = torch.tensor([[msg["bar"], msg["ml"], msg["temp"], msg["t"]]], dtype=torch.float32)
        with torch.no_grad():
            duty, self.heads[key] = self.net(x, self.heads.get(key))
        return duty.item()

    async def serve(self, reader, writer):
        key = writer.get_extra_info("peername")
        try:
            while line := await reader.readline():
                duty = self.pump(key, json.loads(line))
                writer.write(json.dumps({"duty": round(duty, 4)}).encode() + b"\n")
                await writer.drain()
        finally:
            self.heads.pop(key, None)
            writer.close()


async def main():
    s = Server(os.environ.get("BREW_NET", "brew.pt"))
    tcp = await asyncio.start_server(s.serve, "0.0.0.0", 7007)
    watcher = asyncio.create_task(s.watch())
    async with tcp:
        await tcp.serve_forever()
    watcher.cancel()


asyncio.run(main())
