"""Quotes EURUSD with an RLlib LSTM policy.  Market data comes in on one socket, control messages on another."""
from __future__ import annotations

import json
import logging
from dataclasses import dataclass

import numpy as np
import zmq
from ray.rllib.policy.policy import Policy

from features import QuoteFeatures

logger = logging.getLogger(__name__)

SKEWS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * 1e-5


@dataclass
class Brain:
    policy: Policy
    state: list[np.ndarray]

    @classmethod
    def from_path(cls, path: str) -> "Brain":
        policy = Policy.from_checkpoint(path)
        return cls(policy, policy.get_initial_state())

    def decide(self, obs: np.ndarray) -> int:
        action, self.state, _ = self.policy.compute_single_action(obs, state=self.state, explore=False)
        return int(action)

    def new_session(self) -> None:
        self.state = self.policy.get_initial_state()


class Quoter:
    def __init__(self, checkpoint: str, md_addr: str, ctl_addr: str, out_addr: str):
        ctx = zmq.Context.instance()
        self.md = ctx.socket(zmq.SUB)
        self.md.connect(md_addr)
        self.md.setsockopt_string(zmq.SUBSCRIBE, "EURUSD")
        self.ctl = ctx.socket(zmq.PULL)
        self.ctl.bind(ctl_addr)
        self.out = ctx.socket(zmq.PUSH)
        self.out.connect(out_addr)
        self.poller = zmq.Poller()
        self.poller.register(self.md, zmq.POLLIN)
        self.poller.register(self.ctl, zmq.POLLIN)
        self.features = QuoteFeatures()
        self.brain = Brain.from_path(checkpoint)
        self.inventory = 0.0
        self.enabled = True

    def on_control(self, msg: dict) -> None:
        kind = msg["type"]
        if kind == "model":
            self.brain = Brain.from_path(msg["path"])
            logger.info("switched to %s", msg["path"])
        elif kind == "session_open":
            self.brain.new_session()
            self.features = QuoteFeatures()
            self.enabled = True
        elif kind == "session_close":
            self.enabled = False
            self.out.send_json({"cancel": "all"})
        elif kind == "fill":
            self.inventory += msg["qty"]
        else:
            logger.warning("unknown control message %r", msg)

    def on_quote(self, msg: dict) -> None:
        if not self.enabled:
            return
        obs = self.features.update(msg["bid"], msg["ask"], self.inventory)
        skew = SKEWS[self.brain.decide(obs)]
        mid = 0.5 * (msg["bid"] + msg["ask"])
        self.out.send_json({"bid": mid - 5e-5 + skew, "ask": mid + 5e-5 + skew, "seq": msg["seq"]})

    def run(self) -> None:
        while True:
            ready = dict(self.poller.poll(1000))
            if self.ctl in ready:
                self.on_control(self.ctl.recv_json())
            if self.md in ready:
                _, payload = self.md.recv_multipart()
                self.on_quote(json.loads(payload))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    Quoter("models/eurusd/policies/default_policy", "tcp://md:5555", "tcp://*:5560", "tcp://gateway:5570").run()
