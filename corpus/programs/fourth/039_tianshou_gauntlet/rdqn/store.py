import pathlib
from typing import Dict, Iterator, List, Tuple

import torch


class CheckpointStore:
    def __init__(self, folder: pathlib.Path, keep: int):
        self.folder, self.keep = folder, keep
        self.folder.mkdir(parents=True, exist_ok=True)
        self.names: List[str] = []

    def put(self, name: str, weights: Dict[str, torch.Tensor]) -> None:
        torch.save(weights, self.folder / f"{name}.pth")
        self.names.append(name)
        while len(self.names) > self.keep:
            self.drop([self.names[0]])

    def drop(self, names) -> None:
        for name in names:
            if name in self.names:
                self.names.remove(name)
                (self.folder / f"{name}.pth").unlink(missing_ok=True)

    def items(self) -> Iterator[Tuple[str, Dict[str, torch.Tensor]]]:
        for name in list(self.names):
            yield name, torch.load(self.folder / f"{name}.pth")
