from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import torch

from .net import NpcNet

log = logging.getLogger(__name__)


class NpcService:
    """Answers the game server's requests; each NPC has a memory of its own."""

    def __init__(self, features: int, commands: int, weights: Path, temperature: float = 1.0):
        self._net = NpcNet(features, commands).eval()
        self._net.load_state_dict(torch.load(weights, map_location="cpu"))
        self._temperature = temperature
        self._memories: dict[str, torch.Tensor] = {}
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()
        self.generation = 0

    @torch.inference_mode()
    def command(self, npc: str, features: list[float]) -> int:
        x = torch.tensor(features).unsqueeze(0)
        with self._lock:
            h = self._memories.get(npc)
            if h is None:
                h = torch.zeros(1, self._net.width)
            logits, self._memories[npc] = self._net(x, h)
            self._seen[npc] = time.monotonic()
        probs = torch.softmax(logits / self._temperature, dim=-1)
        return int(torch.multinomial(probs, 1))

    def despawn(self, npc: str) -> None:
        with self._lock:
            self._memories.pop(npc, None)
            self._seen.pop(npc, None)

    def sweep(self, max_age: float) -> int:
        cutoff = time.monotonic() - max_age
        with self._lock:
            old = [k for k, t in self._seen.items() if t < cutoff]
            for k in old:
                self._memories.pop(k, None)
                del self._seen[k]
        return len(old)

    def swap(self, weights: Path) -> None:
        state = torch.load(weights, map_location="cpu")
        with self._lock:
            self._net.load_state_dict(state)
            self.generation += 1
        log.info("generation %d from %s", self.generation, weights)


class Watcher(threading.Thread):
    def __init__(self, service: NpcService, path: Path, period: float = 5.0):
        super().__init__(daemon=True, name="weights-watcher")
        self.service = service
        self.path = path
        self.period = period
        self._mtime = path.stat().st_mtime
        self._halt = threading.Event()

    def stop(self) -> None:
        self._halt.set()

    def run(self) -> None:
        while not self._halt.wait(self.period):
            try:
                mtime = self.path.stat().st_mtime
            except FileNotFoundError:
                continue
            if mtime > self._mtime:
                self._mtime = mtime
                self.service.swap(self.path)
            self.service.sweep(max_age=600.0)
