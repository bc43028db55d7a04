from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import torch
import torch.nn as nn


class WeaningNet(nn.Module):
    def __init__(self, n_in: int = 5, hidden: int = 32):
        super().__init__()
        self.cell = nn.GRUCell(n_in, hidden)
        self.mode = nn.Linear(hidden, 4)

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.mode(h), h


@dataclass
class Session:
    patient: str
    version: int
    h: torch.Tensor
    touched: float = field(default_factory=time.time)


class Engine:
    modes = ("AC", "SIMV", "PSV", "CPAP")

    def __init__(self, hidden: int = 32, ttl: float = 6 * 3600):
        self.hidden = hidden
        self.ttl = ttl
        self.net = WeaningNet(hidden=hidden)
        self.version = 0
        self.sessions: dict[str, Session] = {}
        self.lock = threading.RLock()

    def install(self, state_dict: dict) -> int:
        with self.lock:
            self.net.load_state_dict(state_dict)
            self.version += 1
            return self.version

    def _session(self, patient: str) -> Session:
        s = self.sessions.get(patient)
        if s is None or s.version != self.version or time.time() - s.touched > self.ttl:
            s = Session(patient, self.version, torch.zeros(1, self.hidden))
            self.sessions[patient] = s
        return s

    @torch.no_grad()
    def recommend(self, patient: str, signals: list[float]) -> dict:
        with self.lock:
            s = self._session(patient)
            logits, s.h = self.net(torch.tensor([signals]), s.h)
            s.touched = time.time()
            p = logits.softmax(-1)[0]
        k = int(p.argmax())
        return {"mode": self.modes[k], "p": round(float(p[k]), 3), "version": s.version}

    def end(self, patient: str) -> bool:
        with self.lock:
            return self.sessions.pop(patient, None) is not None
