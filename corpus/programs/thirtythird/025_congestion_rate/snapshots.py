from __future__ import annotations

from pathlib import Path
from typing import Mapping, Protocol

from safetensors.torch import load_file
from torch import Tensor


class SnapshotSource(Protocol):
    def tags(self) -> list[str]: ...

    def read(self, tag: str) -> Mapping[str, Tensor]: ...


class DirSnapshots:
    def __init__(self, root: Path) -> None:
        self._root = root

    def tags(self) -> list[str]:
        return sorted(p.stem for p in self._root.glob("*.safetensors"))

    def read(self, tag: str) -> Mapping[str, Tensor]:
        return load_file(str(self._root / f"{tag}.safetensors"))
