from dataclasses import dataclass, field
from typing import Optional


@dataclass
class EnvConfig:
    grid: int = 12
    macros: int = 20
    nets: int = 40


@dataclass
class PPOConfig:
    n_envs: int = 16
    rollout: int = 40
    epochs: int = 3
    lr: float = 2.5e-4
    gamma: float = 1.0
    lam: float = 0.95
    clip: float = 0.2
    entropy: float = 0.01
    hidden: int = 256


@dataclass
class TrainConfig:
    env: EnvConfig = field(default_factory=EnvConfig)
    ppo: PPOConfig = field(default_factory=PPOConfig)
    updates: int = 20_000
    drop: float = 0.25          # relative loss of wirelength reward that triggers a rollback
    patience: int = 15
    resume: Optional[str] = None
    out: str = "placer.pt"
    seed: int = 1
