import json
import pathlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    number: int
    path: pathlib.Path


class Registry:
    """`releases.json` names the file that is live: {"live": 17, "files": {"17": "shader-17.pt"}}"""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def live(self) -> Release:
        spec = json.loads((self.folder / "releases.json").read_text())
        number = int(spec["live"])
        return Release(number, self.folder / spec["files"][str(number)])
