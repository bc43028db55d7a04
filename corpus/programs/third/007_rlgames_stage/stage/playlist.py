"""A playlist says which policy is on stage at which simulation step."""
import dataclasses
import pathlib

import yaml


@dataclasses.dataclass(order=True)
class Cue:
    step: int
    checkpoint: str = dataclasses.field(compare=False)
    caption: str = dataclasses.field(compare=False, default="")


class Playlist:
    def __init__(self, cues):
        self.cues = sorted(cues)
        self._next = 0

    @classmethod
    def read(cls, path):
        root = pathlib.Path(path).parent
        rows = yaml.safe_load(pathlib.Path(path).read_text())
        return cls([Cue(int(r["step"]), str(root / r["checkpoint"]), r.get("caption", "")) for r in rows])

    def rewind(self):
        self._next = 0

    def due(self, step):
        if self._next < len(self.cues) and self.cues[self._next].step <= step:
            cue = self.cues[self._next]
            self._next += 1
            return cue
        return None
