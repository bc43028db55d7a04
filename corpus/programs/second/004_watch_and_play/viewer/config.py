from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class ViewerConfig:
    folder: Path = Path("checkpoints")
    length: int = 12
    fps: int = 20
    episodes: int = 1000
    hidden: int = 48
    poll_every: int = 25
    greedy: bool = True
    stats_file: str = "viewer.csv"
    extra: dict = field(default_factory=dict)

    @classmethod
    def from_args(cls, ns):
        return cls(**{k: v for k, v in vars(ns).items() if k in cls.__dataclass_fields__})
