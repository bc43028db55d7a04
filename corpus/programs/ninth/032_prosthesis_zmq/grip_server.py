"""ROUTER socket on which the hands of several wearers ask for finger torques.

Every wearer has a grip type (pinch / power / tripod); each grip type is a policy of its own.
The clinic's training job announces new weights on a PULL socket: [grip, path].
"""
from __future__ import annotations

import argparse
import logging
import time
from dataclasses import dataclass

import msgpack
import torch
import zmq

from grip_net import GripNet

log = logging.getLogger("grips")
GRIPS = ("pinch", "power", "tripod")


@dataclass
class Policy:
    net: GripNet
    version: int = 0


@dataclass
class Session:
    grip: str
    version: int
    state: list
    last_seen: float


class GripServer:
    def __init__(self, weights: dict[str, str], idle: float = 30.0):
        self.policies = {g: Policy(GripNet().eval()) for g in GRIPS}
        self.sessions: dict[bytes, Session] = {}
        self.idle = idle
        for grip, path in weights.items():
            self.update(grip, path)

    def update(self, grip: str, path: str) -> None:
        policy = self.policies[grip]
        policy.net.load_state_dict(torch.load(path, map_location="cpu"))
        policy.version += 1
        log.info("%s is at version %d (%s)", grip, policy.version, path)

    def session(self, who: bytes, grip: str) -> Session:
        policy = self.policies[grip]
        s = self.sessions.get(who)
        if s is None or s.grip != grip or s.version != policy.version:
            s = Session(grip, policy.version, policy.net.initial(), time.time())
            self.sessions[who] = s
        return s

    @torch.inference_mode()
    def torques(self, who: bytes, grip: str, emg: list[float]) -> list[float]:
        s = self.session(who, grip)
        out, s.state = self.policies[grip].net(torch.tensor([emg]), s.state)
        s.last_seen = time.time()
        return out[0].tolist()

    def sweep(self) -> None:
        limit = time.time() - self.idle
        for who in [w for w, s in self.sessions.items() if s.last_seen < limit]:
            del self.sessions[who]

    def handle(self, who: bytes, msg: dict) -> dict:
        kind = msg.get("type")
        if kind == "emg":
            if msg["grip"] not in self.policies:
                return {"error": "grip"}
            return {"torques": self.torques(who, msg["grip"], msg["emg"])}
        if kind == "release":
            self.sessions.pop(who, None)
            return {"ok": True}
        return {"error": "type"}


def run(server: GripServer, front: str, back: str) -> None:
    ctx = zmq.Context()
    wearers = ctx.socket(zmq.ROUTER)
    wearers.bind(front)
    trainer = ctx.socket(zmq.PULL)
    trainer.bind(back)
    poller = zmq.Poller()
    poller.register(wearers, zmq.POLLIN)
    poller.register(trainer, zmq.POLLIN)
    swept = time.time()
    while True:
        events = dict(poller.poll(1000))
        if trainer in events:
            grip, path = trainer.recv_json()
            try:
                server.update(grip, path)
            except (KeyError, OSError) as err:
                log.error("update of %s refused: %s", grip, err)
        if wearers in events:
            who, _, raw = wearers.recv_multipart()
            reply = server.handle(who, msgpack.unpackb(raw))
            wearers.send_multipart([who, b"", msgpack.packb(reply)])
        if time.time() - swept > 10:
            server.sweep()
            swept = time.time()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", nargs="*", default=[], metavar="GRIP=FILE")
    ap.add_argument("--front", default="tcp://*:7701")
    ap.add_argument("--back", default="tcp://*:7702")
    a = ap.parse_args()
    run(GripServer(dict(w.split("=", 1) for w in a.weights)), a.front, a.back)
