#!/usr/bin/env python3
import asyncio
import json
import logging
import os

import torch
import websockets

from model import ContactClassifier

log = logging.getLogger("sonar")
MODEL_DIR = os.environ.get("SONAR_MODELS", "/srv/sonar/models")


class Bridge:
    def __init__(self):
        self.model = ContactClassifier().eval()
        self.version = "init"
        self.states = {}

    def load(self, version):
        path = os.path.join(MODEL_DIR, f"{version}.pt")
        self.model.load_state_dict(torch.load(path, map_location="cpu"))
        self.version = version
        log.info("serving %s", version)

    def on_open(self, contact):
        self.states[contact] = self.model.fresh()

    def on_close(self, contact):
        self.states.pop(contact, None)

    @torch.inference_mode()
    def on_frame(self, contact, frame):
        x = torch.tensor(frame, dtype=torch.float32)
        probs, ping, self.states[contact] = self.model(x, self.states[contact])
        k = int(probs.argmax())
        return {
            "class": self.model.CLASSES[k],
            "p": float(probs[k]),
            "ping": bool(ping.argmax() == 1),
            "version": self.version,
        }

    def on_reload(self, contact, version):
        self.load(version)
        self.states[contact] = self.model.fresh()
        return {"ok": True, "version": version}


bridge = Bridge()


async def handler(ws):
    contact = id(ws)
    bridge.on_open(contact)
    try:
        async for raw in ws:
            msg = json.loads(raw)
            kind = msg.get("type")
            if kind == "frame":
                reply = bridge.on_frame(contact, msg["bins"])
            elif kind == "reload":
                reply = bridge.on_reload(contact, msg["version"])
            elif kind == "lost":
                bridge.on_open(contact)
                reply = {"ok": True}
            else:
                reply = {"error": f"unknown type {kind}"}
            await ws.send(json.dumps(reply))
    finally:
        bridge.on_close(contact)


async def main():
    logging.basicConfig(level=logging.INFO)
    bridge.load("baseline")
    async with websockets.serve(handler, "0.0.0.0", 8765):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
