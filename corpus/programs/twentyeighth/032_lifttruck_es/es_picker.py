"""OpenAI-style evolution strategy for the order-picking truck."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


@dataclass(frozen=True, slots=True)
class ESConfig:
    pairs: int = 32
    sigma: float = 0.05
    lr: float = 0.02
    generations: int = 400
    shifts_per_candidate: int = 2
    shift_ticks: int = 300
    seed: int = 3
    out: Path = Path("es_picker.pt")


@dataclass(slots=True)
class Rack:
    """A one-aisle rack; the pick light blinks once and then goes out."""

    rng: np.random.Generator
    bays: int = 20
    levels: int = 5
    bay: int = 0
    level: int = 0
    target: tuple[int, int] = (0, 0)
    lit: bool = True
    carrying: bool = False
    done_picks: int = field(default=0)

    def start(self) -> np.ndarray:
        self.bay = self.level = self.done_picks = 0
        self.carrying = False
        self._light()
        return self.view()

    def _light(self) -> None:
        self.target = (int(self.rng.integers(self.bays)), int(self.rng.integers(self.levels)))
        self.lit = True

    def view(self) -> np.ndarray:
        t = self.target if self.lit else (-1, -1)
        return np.array([self.bay / self.bays, self.level / self.levels, t[0] / self.bays,
                         t[1] / self.levels, self.carrying, self.lit], dtype=np.float32)

    def move(self, drive: float, lift: float) -> tuple[np.ndarray, float]:
        self.lit = False
        self.bay = int(np.clip(self.bay + round(2 * drive), 0, self.bays - 1))
        self.level = int(np.clip(self.level + round(lift), 0, self.levels - 1))
        gain = -0.02 * abs(drive) - 0.03 * abs(lift)
        if not self.carrying and (self.bay, self.level) == self.target:
            self.carrying, gain = True, gain + 1.0
        elif self.carrying and self.bay == 0:
            self.carrying, gain = False, gain + 2.0
            self.done_picks += 1
            self._light()
        return self.view(), gain


class Driver(nn.Module):
    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.core = nn.LSTMCell(6, width)
        self.levers = nn.Linear(width, 2)

    def blank(self) -> tuple[Tensor, Tensor]:
        return torch.zeros(1, self.core.hidden_size), torch.zeros(1, self.core.hidden_size)

    def forward(self, seen: Tensor, recall: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        recall = self.core(seen, recall)
        return torch.tanh(self.levers(recall[0])), recall


class Evolution:
    def __init__(self, cfg: ESConfig) -> None:
        self.cfg = cfg
        self.rng = np.random.default_rng(cfg.seed)
        torch.manual_seed(cfg.seed)
        self.driver = Driver().requires_grad_(False)
        self.theta = parameters_to_vector(self.driver.parameters()).clone()

    def shift(self, seed: int) -> float:
        rack = Rack(np.random.default_rng(seed))
        recall = self.driver.blank()
        seen, total = rack.start(), 0.0
        for _ in range(self.cfg.shift_ticks):
            levers, recall = self.driver(torch.from_numpy(seen)[None], recall)
            seen, gain = rack.move(*levers[0].tolist())
            total += gain
        return total

    def fitness(self, theta: Tensor, seeds: list[int]) -> float:
        vector_to_parameters(theta, self.driver.parameters())
        return sum(self.shift(s) for s in seeds) / len(seeds)

    def generations(self) -> Iterator[tuple[int, float]]:
        cfg = self.cfg
        for g in range(cfg.generations):
            seeds = self.rng.integers(1 << 30, size=cfg.shifts_per_candidate).tolist()
            noise = torch.randn(cfg.pairs, self.theta.numel())
            up = torch.tensor([self.fitness(self.theta + cfg.sigma * e, seeds) for e in noise])
            down = torch.tensor([self.fitness(self.theta - cfg.sigma * e, seeds) for e in noise])
            scores = torch.cat([up, down])
            ranks = scores.argsort().argsort().float() / (len(scores) - 1) - 0.5
            weight = ranks[: cfg.pairs] - ranks[cfg.pairs :]
            self.theta = self.theta + cfg.lr * (weight @ noise) / (cfg.pairs * cfg.sigma)
            yield g, self.fitness(self.theta, seeds)

    def save(self) -> None:
        vector_to_parameters(self.theta, self.driver.parameters())
        torch.save(self.driver.state_dict(), self.cfg.out)


if __name__ == "__main__":
    evo = Evolution(ESConfig())
    for g, score in evo.generations():
        if g % 10 == 0:
            print(f"generation {g:4d}  mean {score:7.2f}")
            evo.save()
    evo.save()
