import pathlib

import torch

from .pilots import StationKeeper


class Store:
    """Versions on disk, each built once."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self._built = {}

    def get(self, version):
        if version not in self._built:
            net = StationKeeper()
            net.load_state_dict(torch.load(self.folder / f"{version}.pt", map_location="cpu"))
            self._built[version] = net.eval()
        return self._built[version]
