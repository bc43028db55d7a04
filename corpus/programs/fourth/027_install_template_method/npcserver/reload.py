import threading
from pathlib import Path
from typing import Mapping

from .base import Controller


class Reloader(threading.Thread):
    def __init__(self, folder: Path, controllers: Mapping[str, Controller], every: float = 5.0):
        super().__init__(daemon=True, name="reloader")
        self.folder, self.controllers, self.every = folder, controllers, every
        self._seen = {}
        self._halt = threading.Event()

    def run(self):
        while not self._halt.wait(self.every):
            for kind, controller in self.controllers.items():
                file = self.folder / f"{kind}.pt"
                if file.exists() and file.stat().st_mtime != self._seen.get(kind):
                    self._seen[kind] = file.stat().st_mtime
                    controller.install(file)

    def stop(self):
        self._halt.set()
