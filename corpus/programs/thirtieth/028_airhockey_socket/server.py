import asyncio
import json
import sys
from pathlib import Path

import torch
import websockets

from striker import Locker


class Table:
    def __init__(self, locker):
        self.locker = locker
        self.edition = locker.edition
        self.mem = None
        self.score = [0, 0]

    def on_frame(self, frame):
        if self.edition != self.locker.edition:
            self.edition, self.mem = self.locker.edition, None
        x = torch.tensor([[frame["puck"] + frame["vel"] + frame["mallet"]]], dtype=torch.float32)
        with torch.no_grad():
            out, self.mem = self.locker.net(x, self.mem)
        return {"type": "move", "xy": out[0, -1].tolist()}

    def on_goal(self, msg):
        self.score[msg["side"]] += 1
        self.mem = None
        over = max(self.score) >= 7
        if over:
            print("game over", self.score)
            self.score = [0, 0]
        return {"type": "over" if over else "faceoff", "score": self.score}


async def watch(locker):
    while True:
        await asyncio.sleep(5)
        try:
            if locker.refresh():
                print("striker edition", locker.edition)
        except (OSError, RuntimeError) as err:
            print("could not read the new striker:", err)


async def main(folder):
    locker = Locker(Path(folder))
    locker.refresh()

    async def visitor(socket):
        table = Table(locker)
        async for raw in socket:
            msg = json.loads(raw)
            if msg["type"] == "frame":
                answer = table.on_frame(msg)
            elif msg["type"] == "goal":
                answer = table.on_goal(msg)
            else:
                continue
            await socket.send(json.dumps(answer))

    async with websockets.serve(visitor, "0.0.0.0", 8765):
        await watch(locker)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "strikers"))
