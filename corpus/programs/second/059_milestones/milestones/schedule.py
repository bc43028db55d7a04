from dataclasses import dataclass


@dataclass
class Segment:
    fee: float
    bars: int
    steps: int
    lr: float


SEGMENTS = [
    Segment(0.0, 240, 300_000, 3e-4),
    Segment(1e-4, 240, 400_000, 3e-4),
    Segment(2e-4, 480, 600_000, 2e-4),
    Segment(3e-4, 480, 800_000, 1e-4),
    Segment(4e-4, 960, 1_000_000, 5e-5),
]
