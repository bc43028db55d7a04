import os
import time
from pathlib import Path


class NewestCheckpoint:
    """The newest .pth of a training run, asked at most every `interval` seconds."""

    def __init__(self, folder, interval=30.0, pattern="*.pth"):
        self.folder = Path(folder)
        self.interval = interval
        self.pattern = pattern
        self.seen = None
        self.checked = 0.0

    def poll(self):
        now = time.monotonic()
        if now - self.checked < self.interval:
            return None
        self.checked = now
        files = list(self.folder.glob(self.pattern))
        if not files:
            return None
        newest = max(files, key=os.path.getmtime)
        if newest == self.seen:
            return None
        self.seen = newest
        return str(newest)
