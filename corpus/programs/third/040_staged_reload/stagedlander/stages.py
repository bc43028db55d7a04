from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Stage:
    name: str
    wind: float
    steps: int

    def best(self, root: Path) -> Path:
        return root / self.name / "best_model.zip"


def read(path) -> list[Stage]:
    return [Stage(**row) for row in yaml.safe_load(Path(path).read_text())]
