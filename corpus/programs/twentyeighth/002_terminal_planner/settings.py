from dataclasses import dataclass


@dataclass
class Settings:
    cranes: int = 5
    bays: int = 20
    obs_size: int = 8
    units: int = 64
    ticks_per_shift: int = 960
    shifts: int = 21
    poll_every: int = 30
    checkpoint: str = "models/planner.pt"
