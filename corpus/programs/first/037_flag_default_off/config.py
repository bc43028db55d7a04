from dataclasses import dataclass, field


@dataclass
class SwapConfig:
    every: int = 10
    pool_size: int = 15
    clear_memory: bool = False
    latest_prob: float = 0.7


@dataclass
class Config:
    env: str = "tag"
    n_envs: int = 32
    horizon: int = 128
    lr: float = 3e-4
    updates: int = 20_000
    swap: SwapConfig = field(default_factory=SwapConfig)
