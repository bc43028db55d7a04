import time
import threading
from pathlib import Path

import torch
import torch.nn as nn
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

import sensors


class Doser(nn.Module):
    """3 GRU layers -> pump duty for (A, B, pH-down, light)."""

    def __init__(self, n_obs=7, width=40, depth=3, n_pumps=4):
        super().__init__()
        self.width = width
        sizes = [n_obs] + [width] * depth
        self.cells = nn.ModuleList(nn.GRUCell(a, b) for a, b in zip(sizes[:-1], sizes[1:]))
        self.pumps = nn.Linear(width, n_pumps)

    def blank(self):
        return [torch.zeros(1, self.width) for _ in self.cells]

    def forward(self, x, hs):
        nxt = []
        for cell, h in zip(self.cells, hs):
            x = cell(x, h)
            nxt.append(x)
        return torch.sigmoid(self.pumps(x)), nxt


class Grower:
    def __init__(self, ckpt):
        self.lock = threading.Lock()
        self.net = Doser()
        self.hs = self.net.blank()
        self.loads = 0
        self.install(ckpt)

    def install(self, path):
        ck = torch.load(path, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(ck["model"])
            self.net.eval()
            self.loads += 1
        print(f"[grower] weights #{self.loads} from {path} (epoch {ck.get('epoch')})")

    def decide(self, reading):
        x = torch.as_tensor(reading, dtype=torch.float32).view(1, -1)
        with self.lock, torch.no_grad():
            duty, self.hs = self.net(x, self.hs)
        return duty.squeeze(0).tolist()


class CheckpointHandler(FileSystemEventHandler):
    def __init__(self, grower, name):
        self.grower = grower
        self.name = name
        self.last = 0.0

    def on_modified(self, event):
        p = Path(event.src_path)
        if event.is_directory or p.name != self.name:
            return
        if time.time() - self.last < 2.0:
            return
        self.last = time.time()
        try:
            self.grower.install(p)
        except (RuntimeError, EOFError) as e:
            print("[grower] half-written file?", e)


def main(folder="checkpoints", name="doser.pt", period=60):
    grower = Grower(Path(folder) / name)
    obs = Observer()
    obs.schedule(CheckpointHandler(grower, name), folder, recursive=False)
    obs.start()
    try:
        while True:
            duty = grower.decide(sensors.read_all())
            sensors.drive_pumps(duty, seconds=period * 0.2)
            time.sleep(period)
    finally:
        obs.stop()
        obs.join()


if __name__ == "__main__":
    main()
