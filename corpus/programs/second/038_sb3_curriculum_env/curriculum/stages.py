from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    name: str
    size: int
    prey_speed: float
    max_steps: int
    pass_score: float
    budget: int


STAGES = [
    Stage("tiny", 5, 0.1, 60, 0.75, 200_000),
    Stage("small", 7, 0.2, 90, 0.7, 400_000),
    Stage("slow", 10, 0.2, 150, 0.6, 800_000),
    Stage("normal", 10, 0.4, 150, 0.5, 1_200_000),
    Stage("fast", 10, 0.7, 150, 0.4, 1_500_000),
    Stage("large", 14, 0.5, 250, 0.3, 2_000_000),
]


def by_name(name):
    for i, stage in enumerate(STAGES):
        if stage.name == name:
            return i
    raise KeyError(name)
