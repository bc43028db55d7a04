"""Tune the gait while the machine walks: mutate, watch for a few seconds, keep what walks better."""
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from body import FourLegs


class GaitNet(nn.Module):
    def __init__(self, n_sense: int = 5, n_units: int = 24, n_legs: int = 4) -> None:
        super().__init__()
        self.osc = nn.GRUCell(n_sense, n_units)
        self.legs = nn.Linear(n_units, n_legs)

    def forward(self, s: Tensor, units: Tensor) -> tuple[Tensor, Tensor]:
        units = self.osc(s, units)
        return torch.tanh(self.legs(units)), units


@dataclass
class Controller:
    net: GaitNet
    units: Tensor = field(default_factory=lambda: torch.zeros(1, 24))

    @torch.no_grad()
    def tick(self, sensed: np.ndarray) -> np.ndarray:
        out, self.units = self.net(torch.from_numpy(sensed)[None], self.units)
        return out[0].numpy()


@dataclass
class Tuner:
    sigma: float = 0.05
    window: int = 250
    settle: int = 50
    successes: list[bool] = field(default_factory=list)

    def watch(self, ctl: Controller, body: FourLegs) -> float:
        score = 0.0
        for t in range(self.settle + self.window):
            r = body.drive(ctl.tick(body.sense()))
            if t >= self.settle:
                score += r
        return score / self.window

    def one_fifth(self) -> None:
        if len(self.successes) >= 20:
            rate = sum(self.successes[-20:]) / 20
            self.sigma *= 1.1 if rate > 0.2 else 0.95
            self.sigma = float(np.clip(self.sigma, 1e-3, 0.3))

    def run(self, ctl: Controller, body: FourLegs, trials: int) -> Tensor:
        best = parameters_to_vector(ctl.net.parameters()).detach().clone()
        best_score = self.watch(ctl, body)
        for k in range(trials):
            child = best + self.sigma * torch.randn_like(best)
            vector_to_parameters(child, ctl.net.parameters())
            score = self.watch(ctl, body)
            self.successes.append(score > best_score)
            if score > best_score:
                best, best_score = child.clone(), score
            else:
                best_score -= 0.01 * abs(best_score)
            self.one_fifth()
            if k % 50 == 0:
                print(f"{k:5d}  {best_score:+.4f}  sigma {self.sigma:.4f}")
        return best


def main() -> None:
    torch.manual_seed(3)
    body = FourLegs(np.random.default_rng(3))
    ctl = Controller(GaitNet())
    genome = Tuner().run(ctl, body, trials=4000)
    np.save("gait.npy", genome.numpy())


if __name__ == "__main__":
    main()
