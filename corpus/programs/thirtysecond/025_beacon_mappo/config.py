from dataclasses import dataclass, field
from typing import Tuple


@dataclass
class MappoConfig:
    n_envs: int = 8
    n_agents: int = 3
    obs_dim: int = 3
    n_actions: int = 3
    width: int = 48
    horizon: int = 64
    episode_limit: int = 150
    iterations: int = 400
    epochs: int = 4
    clip: float = 0.2
    gamma: float = 0.98
    lam: float = 0.95
    ent_coef: float = 0.01
    lr: float = 5e-4
    levels: Tuple[float, ...] = (2.0, 4.0, 6.0, 9.0)
    promote_at: float = 0.8
    demote_at: float = 0.15
    stage_file: str = "stage_entry.pt"
    window: int = 12
    extras: dict = field(default_factory=dict)
