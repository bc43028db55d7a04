from pathlib import Path

import torch

from rssm import FarmModel


class ModelRegistry:
    """Trained farm models by season. All have the same shape, so one module is enough."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._module = FarmModel().eval().requires_grad_(False)
        self._active = None

    @property
    def seasons(self):
        return sorted(p.stem for p in self.folder.glob("*.pt"))

    @property
    def active(self):
        return self._active

    @active.setter
    def active(self, season):
        if season == self._active:
            return
        blob = torch.load(self.folder / f"{season}.pt", map_location="cpu")
        self._module.load_state_dict(blob["model"])
        self._active = season

    @property
    def model(self):
        if self._active is None:
            raise RuntimeError("no season chosen yet")
        return self._module
