from pathlib import Path

import torch


class CheckpointDir:
    """Numbered files in a folder; keeps the newest few."""

    def __init__(self, folder, keep=5, stem="ckpt"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.keep = keep
        self.stem = stem

    def files(self):
        return sorted(self.folder.glob(f"{self.stem}_*.pt"), key=lambda p: int(p.stem.split("_")[-1]))

    def latest(self):
        files = self.files()
        return files[-1] if files else None

    def save(self, step, payload):
        path = self.folder / f"{self.stem}_{step}.pt"
        tmp = path.with_suffix(".tmp")
        torch.save(payload, tmp)
        tmp.replace(path)
        for old in self.files()[: -self.keep]:
            old.unlink(missing_ok=True)
        return path
