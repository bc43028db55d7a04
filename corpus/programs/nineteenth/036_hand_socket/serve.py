import argparse
import asyncio
import json
import logging
from pathlib import Path

import torch
import websockets

from decoder import GRIPS, GripDecoder, emg_features

log = logging.getLogger("hand")


class HandSession:
    """One connected prosthesis."""

    def __init__(self, folder: Path, patient: str):
        self.folder, self.patient = folder, patient
        self.net = GripDecoder().eval()
        self.version = -1
        self.memory = None
        self.vote = []
        self.refresh()

    def refresh(self):
        files = sorted(self.folder.glob(f"{self.patient}_*.pt"), key=lambda f: int(f.stem.rsplit("_", 1)[1]))
        if not files:
            return False
        version = int(files[-1].stem.rsplit("_", 1)[1])
        if version == self.version:
            return False
        self.use(files[-1], version)
        return True

    def use(self, file, version):
        self.net.load_state_dict(torch.load(file, map_location="cpu"))
        self.version = version
        self.relax()

    def relax(self):
        self.memory = None
        self.vote.clear()

    @torch.no_grad()
    def decode(self, window):
        logits, force, self.memory = self.net(emg_features(window), self.memory)
        self.vote = (self.vote + [int(logits[0, -1].argmax())])[-5:]
        grip = max(set(self.vote), key=self.vote.count)
        return {"grip": GRIPS[grip], "force": round(force[0, -1].item(), 3), "version": self.version}


async def handle(ws, folder):
    hello = json.loads(await ws.recv())
    session = HandSession(folder, hello["patient"])
    log.info("patient %s, decoder version %d", session.patient, session.version)
    async for raw in ws:
        msg = json.loads(raw)
        kind = msg["type"]
        if kind == "emg":
            await ws.send(json.dumps(session.decode(msg["window"])))
        elif kind == "refresh":
            changed = session.refresh()
            await ws.send(json.dumps({"changed": changed, "version": session.version}))
        elif kind == "rollback":
            file = folder / f"{session.patient}_{msg['version']}.pt"
            if file.exists():
                session.use(file, msg["version"])
            await ws.send(json.dumps({"version": session.version}))
        elif kind == "doffed":
            session.relax()


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--port", type=int, default=8777)
    ap.add_argument("--decoders", type=Path, default=Path("decoders"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    async with websockets.serve(lambda ws: handle(ws, args.decoders), "0.0.0.0", args.port):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
