"""Weights come over ZeroMQ from the training box: frame 0 is a json header, frame 1 a torch file."""
import io
import json
from typing import NamedTuple, Optional

import torch
import zmq


class Update(NamedTuple):
    step: int
    task: str
    state_dict: dict


class WeightLink:
    def __init__(self, address: str):
        self.ctx = zmq.Context.instance()
        self.sock = self.ctx.socket(zmq.SUB)
        self.sock.setsockopt(zmq.CONFLATE, 0)
        self.sock.setsockopt(zmq.SUBSCRIBE, b"")
        self.sock.connect(address)

    def poll(self) -> Optional[Update]:
        """Newest update that waits, or None."""
        newest = None
        while self.sock.poll(0):
            newest = self.sock.recv_multipart()
        if newest is None:
            return None
        head = json.loads(newest[0])
        sd = torch.load(io.BytesIO(newest[1]), map_location="cpu")
        return Update(head["step"], head["task"], sd)
