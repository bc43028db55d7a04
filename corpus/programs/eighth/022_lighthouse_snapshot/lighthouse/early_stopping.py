from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor, nn


@dataclass
class EarlyStopping:
    """Remembers the best weights and says when patience is at an end."""

    patience: int
    min_delta: float = 0.0
    best: float = float("-inf")
    bad_rounds: int = 0
    weights: dict[str, Tensor] = field(default_factory=dict)

    def update(self, score: float, model: nn.Module) -> bool:
        if score > self.best + self.min_delta:
            self.best = score
            self.bad_rounds = 0
            self.weights = {name: t.detach().clone() for name, t in model.state_dict().items()}
        else:
            self.bad_rounds += 1
        return self.bad_rounds >= self.patience

    def restore(self, model: nn.Module) -> None:
        if self.weights:
            model.load_state_dict(self.weights)
