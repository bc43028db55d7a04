import functools
from pathlib import Path

import torch


def every(n):
    """Lets only each n-th call through."""
    def wrap(fn):
        calls = 0

        @functools.wraps(fn)
        def inner(*args, **kw):
            nonlocal calls
            calls += 1
            if calls % n == 0:
                return fn(*args, **kw)
        return inner
    return wrap


class CheckpointManager:
    def __init__(self, folder):
        self.folder = Path(folder)

    def newest(self):
        files = sorted(self.folder.glob("taxi_*.pt"), key=lambda p: p.stat().st_mtime)
        return torch.load(files[-1], map_location="cpu") if files else None

    def load_first(self, agent):
        blob = self.newest()
        agent.restore(blob)

    @every(30)
    def offer(self, agent):
        blob = self.newest()
        if blob is not None and blob["version"] > agent.version:
            agent.restore(blob)
            print("ground control now on version", agent.version)
