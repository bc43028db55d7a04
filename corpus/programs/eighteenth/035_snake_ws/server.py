import argparse
import asyncio
import json
import os

import torch
import websockets

from model import SnakeNet


class Arena:
    def __init__(self, path):
        self.net = SnakeNet().eval()
        self.path = path
        self.stamp = 0.0
        self.players = {}
        self.read(path)

    def read(self, path):
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.path = path
        self.stamp = os.path.getmtime(path)
        print("model", path)

    def join(self, ws):
        self.players[ws] = self.net.blank()

    def leave(self, ws):
        self.players.pop(ws, None)

    def new_game(self, ws):
        self.players[ws] = self.net.blank()

    @torch.no_grad()
    def turn(self, ws, cells):
        grid = torch.tensor(cells, dtype=torch.float32).view(1, 3, 11, 11)
        logits, self.players[ws] = self.net(grid, self.players[ws])
        return int(logits.argmax())

    def switch(self, path):
        self.read(path)
        for ws in self.players:
            self.players[ws] = self.net.blank()


async def handle(ws, arena):
    arena.join(ws)
    try:
        async for raw in ws:
            msg = json.loads(raw)
            kind = msg["type"]
            if kind == "start":
                arena.new_game(ws)
            elif kind == "frame":
                move = arena.turn(ws, msg["cells"])
                await ws.send(json.dumps({"type": "move", "move": move}))
            elif kind == "switch" and msg.get("token") == os.environ.get("ADMIN_TOKEN"):
                arena.switch(msg["path"])
                await ws.send(json.dumps({"type": "ok"}))
    finally:
        arena.leave(ws)


async def follow_training(arena, seconds):
    while True:
        await asyncio.sleep(seconds)
        try:
            if os.path.getmtime(arena.path) > arena.stamp:
                arena.read(arena.path)
        except (FileNotFoundError, RuntimeError, EOFError) as err:
            print("not loaded:", err)


async def main():
    p = argparse.ArgumentParser()
    p.add_argument("--model", default="snake.pt")
    p.add_argument("--port", type=int, default=8765)
    p.add_argument("--poll", type=float, default=15.0)
    args = p.parse_args()
    arena = Arena(args.model)
    async with websockets.serve(lambda ws: handle(ws, arena), "0.0.0.0", args.port):
        await follow_training(arena, args.poll)


if __name__ == "__main__":
    asyncio.run(main())
