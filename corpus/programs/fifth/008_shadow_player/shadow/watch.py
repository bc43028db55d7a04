from __future__ import annotations

import os
import re
from pathlib import Path

_EP = re.compile(r"_ep_(\d+)_rew_")


class NewestCheckpoint:
    """Newest `*_ep_<n>_rew_<r>.pth` of a training run, each reported once."""

    def __init__(self, folder: str | os.PathLike, every: int) -> None:
        self.folder = Path(folder)
        self.every = every
        self._seen = -1
        self._calls = 0

    def poll(self) -> Path | None:
        self._calls += 1
        if self._calls % self.every:
            return None
        found = [(int(m.group(1)), p) for p in self.folder.glob("*.pth") if (m := _EP.search(p.name))]
        if not found:
            return None
        ep, path = max(found)
        if ep <= self._seen:
            return None
        self._seen = ep
        return path
