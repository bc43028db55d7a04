import logging
import pathlib
import threading

import torch

log = logging.getLogger("reloader")


class CheckpointWatcher(threading.Thread):
    def __init__(self, folder, every=5.0):
        super().__init__(daemon=True)
        self.folder = pathlib.Path(folder)
        self.every = every
        self.lock = threading.Lock()
        self.fresh = None
        self.seen = None
        self.halt = threading.Event()

    def newest(self):
        files = sorted(self.folder.glob("step_*.pt"), key=lambda p: p.stat().st_mtime)
        return files[-1] if files else None

    def run(self):
        while not self.halt.wait(self.every):
            path = self.newest()
            if path is None or path == self.seen:
                continue
            try:
                weights = torch.load(path, map_location="cpu")
            except (EOFError, RuntimeError) as err:
                log.warning("%s not readable yet: %s", path.name, err)
                continue
            with self.lock:
                self.fresh = (path, weights)
            self.seen = path

    def take(self):
        with self.lock:
            fresh, self.fresh = self.fresh, None
        return fresh
