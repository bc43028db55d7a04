from dataclasses import dataclass, field


@dataclass
class PopConfig:
    size: int = 8
    rounds: int = 100
    steps: int = 16_384
    n_envs: int = 8
    exploit_quantile: float = 0.25
    lstm: int = 96
    lr_range: tuple = (5e-5, 1e-3)
    clip_choices: list = field(default_factory=lambda: [0.1, 0.2, 0.3])
    out: str = "runs/place"
