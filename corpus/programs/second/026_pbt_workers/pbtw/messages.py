from dataclasses import dataclass, field
from typing import Any, Dict, Optional


@dataclass
class Report:
    worker: int
    round: int
    score: float
    hyper: Dict[str, float]


@dataclass
class Command:
    kind: str
    payload: Optional[Dict[str, Any]] = None
    hyper: Dict[str, float] = field(default_factory=dict)


TRAIN = "train"
SEND = "send"
ADOPT = "adopt"
STOP = "stop"
