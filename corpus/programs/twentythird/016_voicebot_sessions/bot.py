from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import torch
from torch import Tensor, nn
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer


class TurnTaker(nn.Module):
    """Decides every 100 ms: stay silent, back-channel, or take the floor."""

    def __init__(self, n_mels: int = 40, size: int = 160):
        super().__init__()
        self.front = nn.Sequential(nn.Linear(n_mels * 10, size), nn.GELU(), nn.LayerNorm(size))
        self.rnn = nn.GRU(size, size, num_layers=2)
        self.head = nn.Linear(size, 3)

    def forward(self, mel: Tensor, h: Optional[Tensor]):
        x = self.front(mel.reshape(1, 1, -1))
        y, h = self.rnn(x, h)
        return self.head(y[-1, 0]), h


@dataclass
class Session:
    net: TurnTaker
    version: str
    h: Optional[Tensor] = None
    frames: int = 0

    @torch.no_grad()
    def push(self, mel: Tensor) -> int:
        logits, self.h = self.net(mel, self.h)
        self.frames += 1
        return int(logits.argmax())


class Models(FileSystemEventHandler):
    def __init__(self, folder: Path):
        self.folder = folder
        self._lock = threading.Lock()
        self._net: Optional[TurnTaker] = None
        self._version = ""
        newest = max(folder.glob("turn-*.pt"))
        self._install(newest)

    def _install(self, path: Path):
        net = TurnTaker()
        net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        net.eval()
        with self._lock:
            self._net = net
            self._version = path.stem
        print("model for new calls:", path.stem)

    def on_moved(self, event):
        # uploads are written to *.part and renamed
        path = Path(event.dest_path)
        if path.match("turn-*.pt"):
            self._install(path)

    def current(self) -> tuple[TurnTaker, str]:
        with self._lock:
            return self._net, self._version


class Bot:
    def __init__(self, folder: str):
        self.models = Models(Path(folder))
        self.sessions: dict[str, Session] = {}
        self._obs = Observer()
        self._obs.schedule(self.models, folder)
        self._obs.start()

    def open(self) -> str:
        sid = uuid.uuid4().hex
        net, version = self.models.current()
        self.sessions[sid] = Session(net, version)
        return sid

    def frame(self, sid: str, mel) -> int:
        return self.sessions[sid].push(torch.as_tensor(mel, dtype=torch.float32))

    def close(self, sid: str) -> dict:
        s = self.sessions.pop(sid)
        return {"version": s.version, "seconds": s.frames / 10}

    def stats(self) -> dict:
        out: dict[str, int] = {}
        for s in self.sessions.values():
            out[s.version] = out.get(s.version, 0) + 1
        return out

    def shutdown(self):
        self._obs.stop()
        self._obs.join()


if __name__ == "__main__":
    import sys
    import zerorpc

    server = zerorpc.Server(Bot(sys.argv[1]))
    server.bind("tcp://0.0.0.0:4242")
    server.run()
