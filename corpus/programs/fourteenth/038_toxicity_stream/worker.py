from __future__ import annotations

import json
import os
import time
from typing import NamedTuple, Optional

import numpy as np
import torch
import torch.nn as nn
import zmq


class Memory(NamedTuple):
    version: int
    h: torch.Tensor
    seen: float


class UserTone(nn.Module):
    """GRU over sentence embeddings of a user's messages in the running conversation."""

    def __init__(self, emb: int = 384, hidden: int = 128):
        super().__init__()
        self.hidden = hidden
        self.proj = nn.Linear(emb, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.score = nn.Linear(hidden, 1)

    def forward(self, e: torch.Tensor, h: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.gru(torch.tanh(self.proj(e)), h)
        return torch.sigmoid(self.score(h)), h


class Worker:
    IDLE = 30 * 60.0

    def __init__(self, weights: str) -> None:
        self.weights = weights
        self.net = UserTone().eval()
        self.version = 0
        self.mtime = 0.0
        self.memory: dict[str, Memory] = {}
        self.refresh()

    def refresh(self) -> None:
        mtime = os.stat(self.weights).st_mtime
        if mtime <= self.mtime:
            return
        self.net.load_state_dict(torch.load(self.weights, map_location="cpu"))
        self.mtime = mtime
        self.version += 1

    def recall(self, user: str, now: float) -> torch.Tensor:
        m: Optional[Memory] = self.memory.get(user)
        if m is None or m.version != self.version or now - m.seen > self.IDLE:
            return torch.zeros(1, self.net.hidden)
        return m.h

    @torch.no_grad()
    def handle(self, user: str, embedding: np.ndarray) -> float:
        now = time.time()
        e = torch.from_numpy(embedding).float().view(1, -1)
        score, h = self.net(e, self.recall(user, now))
        self.memory[user] = Memory(self.version, h, now)
        return score.item()

    def sweep(self) -> None:
        limit = time.time() - self.IDLE
        for user in [u for u, m in self.memory.items() if m.seen < limit]:
            del self.memory[user]


def main() -> None:
    worker = Worker(os.environ.get("TONE_WEIGHTS", "tone.pt"))
    ctx = zmq.Context()
    pull = ctx.socket(zmq.PULL)
    pull.bind("tcp://*:7001")
    push = ctx.socket(zmq.PUSH)
    push.connect(os.environ.get("VERDICTS", "tcp://localhost:7002"))
    poller = zmq.Poller()
    poller.register(pull, zmq.POLLIN)
    last_sweep = time.time()

    while True:
        if poller.poll(1000):
            head, body = pull.recv_multipart()
            msg = json.loads(head)
            emb = np.frombuffer(body, dtype=np.float32)
            if msg.get("type") == "leave":
                worker.memory.pop(msg["user"], None)
                continue
            score = worker.handle(msg["user"], emb)
            if score > 0.8:
                push.send_json({"user": msg["user"], "message": msg["id"], "score": round(score, 3)})
        if time.time() - last_sweep > 60:
            worker.sweep()
            worker.refresh()
            last_sweep = time.time()


if __name__ == "__main__":
    main()
