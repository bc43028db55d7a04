import argparse
import asyncio
import json
import logging
from typing import Dict, Tuple

import torch
import torch.nn as nn
import websockets

log = logging.getLogger("arm")


class ArmPolicy(nn.Module):
    def __init__(self, joints: int, hidden: int, n_layers: int):
        super().__init__()
        self.hidden = hidden
        dims = [2 * joints + 3] + [hidden] * n_layers
        self.cells = nn.ModuleList(nn.GRUCell(a, b) for a, b in zip(dims[:-1], dims[1:]))
        self.head = nn.Linear(hidden, joints)

    def initial(self):
        return [torch.zeros(1, self.hidden) for _ in self.cells]

    def forward(self, x, states):
        new = []
        for cell, s in zip(self.cells, states):
            x = cell(x, s)
            new.append(x)
        return self.head(x), new


class ArmServer:
    def __init__(self, checkpoint: str):
        self.policy, self.meta = self.read(checkpoint)
        self.states: Dict[str, list] = {}

    @staticmethod
    def read(path: str) -> Tuple[ArmPolicy, dict]:
        blob = torch.load(path, map_location="cpu")
        cfg = blob["config"]
        policy = ArmPolicy(cfg["joints"], cfg["hidden"], cfg["layers"])
        policy.load_state_dict(blob["weights"])
        return policy.eval(), cfg

    def deploy(self, path: str):
        policy, meta = self.read(path)
        if (meta["hidden"], meta["layers"]) != (self.meta["hidden"], self.meta["layers"]):
            log.warning("other network size, dropping %d states", len(self.states))
            self.states.clear()
        self.policy, self.meta = policy, meta
        log.info("deployed %s: %s", path, meta)

    @torch.no_grad()
    def torque(self, arm: str, q, dq, target):
        x = torch.tensor([*q, *dq, *target], dtype=torch.float32)[None]
        if arm not in self.states:
            self.states[arm] = self.policy.initial()
        tau, self.states[arm] = self.policy(x, self.states[arm])
        return tau[0].tolist()

    async def handle(self, ws):
        arm = None
        try:
            async for raw in ws:
                msg = json.loads(raw)
                kind = msg["type"]
                if kind == "hello":
                    arm = msg["arm"]
                    self.states.pop(arm, None)
                elif kind == "state":
                    tau = self.torque(arm, msg["q"], msg["dq"], msg["target"])
                    await ws.send(json.dumps({"type": "torque", "tau": tau}))
                elif kind == "deploy":
                    self.deploy(msg["path"])
                    await ws.send(json.dumps({"type": "ok"}))
                elif kind == "home":
                    self.states.pop(arm, None)
        except websockets.ConnectionClosed:
            log.info("%s went away", arm)
        finally:
            self.states.pop(arm, None)


async def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint")
    ap.add_argument("--port", type=int, default=8765)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    server = ArmServer(args.checkpoint)
    async with websockets.serve(server.handle, "0.0.0.0", args.port):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main())
