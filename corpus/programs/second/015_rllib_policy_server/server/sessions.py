from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field


@dataclass
class Session:
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: list = field(default_factory=list)
    started: float = field(default_factory=time.time)
    steps: int = 0
    total: float = 0.0


class SessionTable:
    def __init__(self, idle_seconds=600):
        self.idle_seconds = idle_seconds
        self._items: dict[str, Session] = {}
        self._touched: dict[str, float] = {}

    def open(self, state):
        s = Session(state=state)
        self._items[s.key] = s
        self._touched[s.key] = time.time()
        return s

    def get(self, key):
        self._touched[key] = time.time()
        return self._items[key]

    def close(self, key):
        self._touched.pop(key, None)
        return self._items.pop(key, None)

    def sweep(self):
        limit = time.time() - self.idle_seconds
        for key in [k for k, t in self._touched.items() if t < limit]:
            self.close(key)

    def __len__(self):
        return len(self._items)
