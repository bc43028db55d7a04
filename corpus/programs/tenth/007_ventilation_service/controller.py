import logging
from pathlib import Path

import torch

from model import VentNet

log = logging.getLogger("vent")


class Controller:
    def __init__(self, model_dir: Path):
        self.model_dir = model_dir
        self.loaded: Path | None = None
        self.net = VentNet(hidden=32)
        self.rooms: dict[str, torch.Tensor] = {}
        self.refresh()

    def newest(self) -> Path | None:
        files = sorted(self.model_dir.glob("vent_*.pt"), key=lambda p: p.stat().st_mtime)
        return files[-1] if files else None

    def refresh(self) -> bool:
        path = self.newest()
        if path is None or path == self.loaded:
            return False
        ckpt = torch.load(path, map_location="cpu")
        if ckpt["hidden"] != self.net.hidden:
            log.info("new layer size %d", ckpt["hidden"])
            self.net = VentNet(ckpt["hidden"])
            self.rooms.clear()
        self.net.load_state_dict(ckpt["weights"])
        self.net.eval()
        self.loaded = path
        log.info("using %s", path.name)
        return True

    @torch.no_grad()
    def speed(self, room: str, co2: float, temp: float, people: float) -> int:
        h = self.rooms.get(room)
        if h is None:
            h = torch.zeros(1, self.net.hidden)
        x = torch.tensor([[co2 / 1000.0, temp / 30.0, people / 20.0]])
        logits, h = self.net(x, h)
        self.rooms[room] = h
        return int(logits.argmax(dim=-1))
