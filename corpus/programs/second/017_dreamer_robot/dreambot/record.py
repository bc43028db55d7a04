"""Episode files for the trainer, which runs on another machine and sends models back."""
import time
from pathlib import Path

import numpy as np


class EpisodeWriter:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.rows = []

    def add(self, obs, action, reward, done):
        self.rows.append((obs, action, reward, done))

    def flush(self):
        if not self.rows:
            return None
        obs, action, reward, done = map(np.stack, zip(*self.rows))
        name = self.folder / f"{int(time.time() * 1000)}_{len(self.rows)}.npz"
        np.savez_compressed(name, obs=obs, action=action, reward=reward, done=done)
        self.rows = []
        return name


class Inbox:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.done = set()

    def next_model(self):
        files = sorted(self.folder.glob("model_*.pt"))
        fresh = [f for f in files if f not in self.done]
        self.done.update(fresh)
        return fresh[-1] if fresh else None
