"""A folder into which colleagues drop state_dicts; every file is taken once."""
import hashlib
import logging
import shutil
from pathlib import Path

import torch as th

log = logging.getLogger(__name__)


class Inbox:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.taken = self.folder / "taken"
        self.broken = self.folder / "broken"
        for f in (self.folder, self.taken, self.broken):
            f.mkdir(parents=True, exist_ok=True)

    def next(self, device):
        for path in sorted(self.folder.glob("*.pth")):
            try:
                weights = th.load(path, map_location=device)
            except Exception:
                log.exception("cannot read %s", path)
                shutil.move(str(path), self.broken / path.name)
                continue
            digest = hashlib.sha1(path.read_bytes()).hexdigest()[:8]
            shutil.move(str(path), self.taken / f"{digest}_{path.name}")
            return path.name, weights
        return None, None
