import math
from typing import Optional, Tuple

import cma
import numpy as np
import torch
from torch import Tensor, nn

State = Tuple[Tensor, Tensor]


class Controller(nn.Module):
    """Small LSTM that maps the tracking errors to thrust and the two tilt rates."""

    def __init__(self, n_in: int = 9, width: int = 10):
        super().__init__()
        self.lstm = nn.LSTM(n_in, width)
        self.out = nn.Linear(width, 3)

    def forward(self, x: Tensor, s: Optional[State] = None) -> Tuple[Tensor, State]:
        y, s = self.lstm(x.view(1, 1, -1), s)
        return torch.tanh(self.out(y)).flatten(), s

    def set_genes(self, genes: np.ndarray) -> None:
        genes = torch.as_tensor(genes, dtype=torch.float32)
        i = 0
        with torch.no_grad():
            for p in self.parameters():
                p.copy_(genes[i:i + p.numel()].view_as(p))
                i += p.numel()

    def n_genes(self) -> int:
        return sum(p.numel() for p in self.parameters())


class Quadrotor:
    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def launch(self) -> None:
        self.p = self.rng.normal(0, 0.1, 3)
        self.v = np.zeros(3)
        self.tilt = np.zeros(2)
        self.wind = self.rng.normal(0, 0.5, 3)
        self.mass = self.rng.uniform(0.8, 1.3)

    def step(self, u: np.ndarray, dt: float = 0.05) -> None:
        self.tilt = np.clip(self.tilt + 3.0 * dt * u[1:], -0.6, 0.6)
        thrust = 9.81 * (1 + 0.8 * u[0]) / self.mass
        acc = np.array([thrust * math.sin(self.tilt[0]), thrust * math.sin(self.tilt[1]), thrust * math.cos(self.tilt.max()) - 9.81])
        self.v = 0.99 * self.v + dt * (acc + 0.3 * self.wind)
        self.p = self.p + dt * self.v


def waypoint(t: float) -> np.ndarray:
    return np.array([math.sin(0.4 * t), math.sin(0.8 * t) / 2, 0.3 * math.sin(0.2 * t)])


class Evaluator:
    def __init__(self, laps: int, seed: int):
        self.net = Controller()
        self.laps = laps
        self.seed = seed
        self.memory: Optional[State] = None

    def new_flight(self, quad: Quadrotor) -> None:
        quad.launch()
        self.memory = None

    @torch.no_grad()
    def fly(self, quad: Quadrotor, steps: int = 400) -> float:
        cost = 0.0
        for k in range(steps):
            err = waypoint(0.05 * k) - quad.p
            ahead = waypoint(0.05 * (k + 5)) - quad.p
            x = torch.tensor(np.concatenate([err, ahead, quad.tilt, [1.0]]), dtype=torch.float32)
            u, self.memory = self.net(x, self.memory)
            quad.step(u.numpy())
            cost += float(err @ err)
            if np.abs(quad.p).max() > 5:
                return cost / (k + 1) + 10.0 * (1 - k / steps)
        return cost / steps

    def __call__(self, genes: np.ndarray) -> float:
        self.net.set_genes(genes)
        quad = Quadrotor(np.random.default_rng(self.seed))
        total = 0.0
        for _ in range(self.laps):
            self.new_flight(quad)
            total += self.fly(quad)
        return total / self.laps


def main(generations: int = 300, laps: int = 4) -> None:
    evaluate = Evaluator(laps, seed=0)
    es = cma.CMAEvolutionStrategy(evaluate.net.n_genes() * [0.0], 0.3, {"popsize": 32, "CMA_diagonal": 100})
    for gen in range(generations):
        evaluate.seed = gen
        candidates = es.ask()
        costs = [evaluate(c) for c in candidates]
        es.tell(candidates, costs)
        print(gen, f"best {min(costs):.3f} median {np.median(costs):.3f} sigma {es.sigma:.3f}")
        if gen % 25 == 0:
            np.save("genes.npy", es.result.xfavorite)
    evaluate.net.set_genes(es.result.xbest)
    torch.save(evaluate.net.state_dict(), "controller.pt")


if __name__ == "__main__":
    main()
