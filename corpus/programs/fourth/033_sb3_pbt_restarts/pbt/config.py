from dataclasses import dataclass, field
from typing import Dict, Tuple


@dataclass
class PBTConfig:
    env_id: str = "PendulumNoVel-v1"
    population: int = 8
    rounds: int = 60
    steps_per_round: int = 50_000
    n_envs: int = 4
    truncation: float = 0.25
    perturb: Tuple[float, float] = (0.8, 1.2)
    start: Dict[str, Tuple[float, float]] = field(
        default_factory=lambda: {"learning_rate": (1e-5, 1e-3), "ent_coef": (1e-5, 1e-2), "clip_range": (0.1, 0.3)}
    )
