from dataclasses import dataclass


@dataclass
class Settings:
    bots: int = 4
    rooms: int = 6
    episode_len: int = 120
    hidden: int = 48
    lr: float = 1e-3
    gamma: float = 0.97
    episodes: int = 4000
    batch: int = 6
    eval_every: int = 50
    patience: int = 4
    max_rollbacks: int = 5
    seed: int = 7
