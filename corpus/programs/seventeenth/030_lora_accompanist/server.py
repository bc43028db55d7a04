import argparse
import asyncio
import json
import logging

import torch
import websockets

from net import Accompanist, Adapters

log = logging.getLogger("accompanist")


class Stage:
    def __init__(self, weights, adapters):
        self.net = Accompanist()
        self.net.load_state_dict(torch.load(weights, map_location="cpu"))
        self.net.eval()
        self.adapters = Adapters(self.net, adapters)
        self.players = {}

    @torch.no_grad()
    def hear(self, player, event, temperature):
        x = torch.tensor([[event]])
        chord, bass, self.players[player] = self.net(x, self.players.get(player))
        p = torch.softmax(chord[0, -1] / temperature, -1)
        return int(torch.multinomial(p, 1)), int(bass[0, -1].argmax())

    async def play(self, ws):
        player = id(ws)
        temperature = 0.8
        log.info("player %x in", player)
        try:
            async for raw in ws:
                msg = json.loads(raw)
                if msg["type"] == "note":
                    chord, bass = self.hear(player, msg["event"], temperature)
                    await ws.send(json.dumps({"chord": chord, "bass": bass}))
                elif msg["type"] == "style":
                    changed = self.adapters.use(msg["name"])
                    await ws.send(json.dumps({"style": msg["name"], "changed": changed}))
                elif msg["type"] == "temperature":
                    temperature = float(msg["value"])
                elif msg["type"] == "new_song":
                    self.players.pop(player, None)
        finally:
            self.players.pop(player, None)
            log.info("player %x out", player)


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", default="accompanist.pt")
    ap.add_argument("--adapters", default="styles")
    ap.add_argument("--port", type=int, default=8765)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    stage = Stage(args.weights, args.adapters)
    async with websockets.serve(stage.play, "0.0.0.0", args.port):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
