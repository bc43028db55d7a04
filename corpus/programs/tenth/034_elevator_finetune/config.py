from dataclasses import dataclass


@dataclass
class FinetuneConfig:
    floors: int = 8
    cars: int = 12              # simulated buildings in parallel
    day_ticks: int = 900
    window: int = 30
    windows: int = 6000
    swap_at: int = 300          # window in which the pre-trained net is taken in
    pretrained: str = "models/lift_big_building.pt"
    hidden: int = 96
    lr: float = 3e-4
    lr_after: float = 1e-4
    gamma: float = 0.99
