from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Patients:
    """A batch of simulated lungs that one can differentiate through."""

    elastance: Tensor
    resistance: Tensor
    effort: Tensor

    @classmethod
    def draw(cls, n: int, generator: torch.Generator | None = None) -> "Patients":
        u = torch.rand(n, 3, generator=generator)
        return cls(10 + 40 * u[:, :1], 5 + 30 * u[:, 1:2], 4 * u[:, 2:])

    def flow(self, volume: Tensor, airway: Tensor, t: int) -> Tensor:
        muscle = self.effort if (t // 15) % 4 == 0 else torch.zeros_like(self.effort)
        return (airway + muscle - self.elastance * volume) / self.resistance

    def advance(self, volume: Tensor, airway: Tensor, t: int, dt: float = 0.02) -> tuple[Tensor, Tensor]:
        flow = self.flow(volume, airway, t)
        return (volume + dt * flow).clamp(min=0.0), flow


def wanted(t: int, peep: float = 5.0, pip: float = 20.0) -> float:
    return pip if (t % 150) < 50 else peep
