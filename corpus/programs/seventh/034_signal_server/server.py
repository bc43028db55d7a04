"""Websocket server which tells traffic lights their next phase.

Messages from an intersection:  {"id": "A7", "counts": [...]}
Answer:                         {"phase": 2, "model": "2024-05-01"}
Operators may send              {"cmd": "reload"} or {"cmd": "stats"}
"""
import argparse
import asyncio
import json
import logging
from pathlib import Path

import torch
import websockets

from network import SignalPolicy

logger = logging.getLogger("signals")


class Controller:
    def __init__(self, weights: Path):
        self.weights = weights
        self.policy = SignalPolicy()
        self.states = {}
        self.tag = None
        self.served = 0
        self.load_weights()

    def load_weights(self):
        checkpoint = torch.load(self.weights, map_location="cpu")
        self.policy.load_state_dict(checkpoint["policy"])
        self.policy.eval()
        self.tag = checkpoint.get("tag", "unknown")
        self.states.clear()
        logger.info("loaded %s (%s)", self.weights, self.tag)

    @torch.no_grad()
    def next_phase(self, intersection, counts):
        state = self.states.get(intersection)
        if state is None:
            state = self.policy.initial_state()
        logits, state = self.policy(torch.tensor([counts], dtype=torch.float32), state)
        self.states[intersection] = state
        self.served += 1
        return int(logits.argmax(dim=-1))

    def disconnect(self, intersection):
        self.states.pop(intersection, None)

    def stats(self):
        return {"served": self.served, "intersections": sorted(self.states), "model": self.tag}


class SignalServer:
    def __init__(self, controller: Controller):
        self.controller = controller

    async def handle(self, websocket):
        names = set()
        try:
            async for raw in websocket:
                try:
                    message = json.loads(raw)
                    reply = self.answer(message, names)
                except (ValueError, KeyError) as error:
                    reply = {"error": str(error)}
                await websocket.send(json.dumps(reply))
        except websockets.ConnectionClosed:
            pass
        finally:
            for name in names:
                self.controller.disconnect(name)

    def answer(self, message, names):
        cmd = message.get("cmd")
        if cmd == "reload":
            self.controller.load_weights()
            return {"ok": True, "model": self.controller.tag}
        if cmd == "stats":
            return self.controller.stats()
        names.add(message["id"])
        phase = self.controller.next_phase(message["id"], message["counts"])
        return {"phase": phase, "model": self.controller.tag}


async def serve(args):
    server = SignalServer(Controller(args.weights))
    async with websockets.serve(server.handle, args.host, args.port):
        logger.info("listening on %s:%d", args.host, args.port)
        await asyncio.Future()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=Path, default=Path("signals.pt"))
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=8765)
    logging.basicConfig(level=logging.INFO)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
