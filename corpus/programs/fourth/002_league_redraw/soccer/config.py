from dataclasses import dataclass


@dataclass
class LeagueConfig:
    """One-on-one soccer against frozen copies of oneself."""

    seats: int = 16
    horizon: int = 128
    updates: int = 3000
    lr: float = 3e-4
    gamma: float = 0.995
    width: int = 128
    snapshot_every: int = 50
    redraw_every: int = 10
    seed: int = 1
    out: str = "league.pt"
