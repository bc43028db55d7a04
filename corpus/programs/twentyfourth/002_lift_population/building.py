from dataclasses import dataclass, field
from typing import List, Tuple

import torch


@dataclass
class Building:
    floors: int = 10
    cars: int = 2
    day: int = 600
    calls: List[int] = field(default_factory=list)

    def restart(self) -> torch.Tensor:
        self.clock = 0
        self.at = [0] * self.cars
        self.calls = [0] * self.floors
        return self.view()

    def view(self) -> torch.Tensor:
        return torch.tensor([a / self.floors for a in self.at] + [min(c, 5) / 5 for c in self.calls])

    def advance(self, target: int, car: int) -> Tuple[torch.Tensor, float, bool]:
        self.clock += 1
        if torch.rand(1).item() < 0.3:
            self.calls[int(torch.randint(self.floors, (1,)))] += 1
        travel = abs(self.at[car] - target)
        self.at[car] = target
        picked, self.calls[target] = self.calls[target], 0
        reward = picked - 0.05 * travel - 0.01 * sum(self.calls)
        over = self.clock >= self.day
        return self.view(), reward, over
