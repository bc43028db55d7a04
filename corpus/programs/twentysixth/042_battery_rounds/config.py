from dataclasses import dataclass
from enum import StrEnum


class Merge(StrEnum):
    MEAN = "mean"
    MEDIAN = "median"
    BEST = "best"


@dataclass(frozen=True, kw_only=True)
class Config:
    clients: int = 5
    rounds: int = 100
    local_weeks: int = 6
    hidden: int = 48
    lr: float = 5e-4
    merge: Merge = Merge.MEAN
