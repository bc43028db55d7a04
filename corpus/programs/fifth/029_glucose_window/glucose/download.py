from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path


class Newer(threading.Thread):
    def __init__(self, folder: Path, tell: Callable[[Path], None], period: float = 30.0) -> None:
        super().__init__(daemon=True)
        self.folder, self.tell, self.period = folder, tell, period
        self.seen = {p.name for p in folder.glob("dose-*.pt")}

    def run(self) -> None:
        while True:
            time.sleep(self.period)
            for p in sorted(self.folder.glob("dose-*.pt")):
                if p.name not in self.seen:
                    self.seen.add(p.name)
                    self.tell(p)
