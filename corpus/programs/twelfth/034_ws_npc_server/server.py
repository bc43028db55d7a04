"""Serves NPC decisions to the game over a websocket. One memory per connected NPC."""
import argparse
import asyncio
import json
import logging
import os
from dataclasses import dataclass, field
from typing import Dict, Optional

import torch
import websockets
from torch import nn

logger = logging.getLogger("npc")


class NpcBrain(nn.Module):
    def __init__(self, inputs: int = 24, actions: int = 9, hidden: int = 96):
        super().__init__()
        self.pre = nn.Linear(inputs, hidden)
        self.cell = nn.GRUCell(hidden, hidden)
        self.post = nn.Linear(hidden, actions)

    def forward(self, obs, h):
        h = self.cell(torch.relu(self.pre(obs)), h)
        return self.post(h), h


@dataclass
class NpcSession:
    npc_id: str
    hidden: Optional[torch.Tensor] = None
    ticks: int = 0

    def forget(self):
        self.hidden = None
        self.ticks = 0


@dataclass
class NpcServer:
    weights: str
    token: str
    poll: float = 10.0
    brain: NpcBrain = field(default_factory=NpcBrain)
    sessions: Dict[str, NpcSession] = field(default_factory=dict)
    mtime: float = 0.0

    def read_weights(self):
        self.mtime = os.path.getmtime(self.weights)
        sd = torch.load(self.weights, map_location="cpu")
        self.brain.load_state_dict(sd)
        self.brain.eval()

    async def watch(self):
        while True:
            await asyncio.sleep(self.poll)
            try:
                if os.path.getmtime(self.weights) > self.mtime:
                    self.read_weights()
                    logger.info("picked up new weights, %d npcs online", len(self.sessions))
            except (OSError, RuntimeError) as exc:
                logger.warning("weights not usable: %s", exc)

    @torch.no_grad()
    def decide(self, session: NpcSession, obs):
        x = torch.tensor(obs, dtype=torch.float32).unsqueeze(0)
        logits, session.hidden = self.brain(x, session.hidden)
        session.ticks += 1
        return int(torch.distributions.Categorical(logits=logits).sample())

    def admin(self, msg):
        if msg.get("token") != self.token:
            return {"error": "denied"}
        if msg["cmd"] == "reload":
            self.read_weights()
            for s in self.sessions.values():
                s.forget()
            return {"ok": True, "npcs": len(self.sessions)}
        if msg["cmd"] == "stats":
            return {s.npc_id: s.ticks for s in self.sessions.values()}
        return {"error": f"unknown command {msg['cmd']}"}

    async def handle(self, ws):
        mine = set()
        try:
            async for raw in ws:
                msg = json.loads(raw)
                kind = msg["type"]
                if kind == "admin":
                    await ws.send(json.dumps(self.admin(msg)))
                    continue
                npc = msg["npc"]
                if kind == "spawn":
                    self.sessions[npc] = NpcSession(npc)
                    mine.add(npc)
                elif kind == "death":
                    self.sessions[npc].forget()
                elif kind == "obs":
                    action = self.decide(self.sessions[npc], msg["obs"])
                    await ws.send(json.dumps({"npc": npc, "action": action}))
        except (json.JSONDecodeError, KeyError) as exc:
            await ws.close(code=1003, reason=f"bad message: {exc!r}")
        finally:
            for npc in mine:
                self.sessions.pop(npc, None)

    async def run(self, host, port):
        self.read_weights()
        asyncio.create_task(self.watch())
        async with websockets.serve(self.handle, host, port):
            logger.info("listening on %s:%d", host, port)
            await asyncio.Future()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--host", default="127.0.0.1")
    ap.add_argument("--port", type=int, default=8765)
    ap.add_argument("--token", default=os.environ.get("NPC_TOKEN", ""))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    asyncio.run(NpcServer(args.weights, args.token).run(args.host, args.port))


if __name__ == "__main__":
    main()
