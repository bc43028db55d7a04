from dataclasses import dataclass
from typing import List

import cma
import numpy as np
import torch
import tyro
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from formation import Formation


@dataclass
class Args:
    n_drones: int = 20
    hidden: int = 16
    sigma0: float = 0.3
    popsize: int = 24
    iters: int = 300
    seed: int = 7


class Pilot(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.lstm = nn.LSTMCell(7, hidden)
        self.acc = nn.Linear(hidden, 3)
        self._state = None

    def begin(self, n: int) -> None:
        z = torch.zeros(n, self.lstm.hidden_size)
        self._state = (z, z.clone())

    def forward(self, obs: torch.Tensor) -> torch.Tensor:
        self._state = self.lstm(obs, self._state)
        return self.acc(self._state[0]).tanh()


def figures(n: int) -> List[np.ndarray]:
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    heart = np.stack([16 * np.sin(t) ** 3, 0 * t, 13 * np.cos(t) - 5 * np.cos(2 * t)], 1) / 4
    star = np.stack([(3 + np.cos(5 * t)) * np.cos(t), 0 * t, (3 + np.cos(5 * t)) * np.sin(t)], 1)
    for f in (heart, star):
        f[:, 2] += 12
    return [heart, star]


@torch.no_grad()
def cost_of(x: np.ndarray, pilot: Pilot, stages: List[Formation]) -> float:
    vector_to_parameters(torch.as_tensor(x, dtype=torch.float32), pilot.parameters())
    total = 0.0
    for stage in stages:
        obs, over = stage.reset(), False
        pilot.begin(len(obs))
        while not over:
            a = pilot(torch.from_numpy(obs)).numpy()
            obs, c, over = stage.step(a)
            total += c
    return total / len(stages)


def main(args: Args) -> None:
    torch.manual_seed(args.seed)
    pilot = Pilot(args.hidden)
    stages = [Formation(f, seed=args.seed + i) for i, f in enumerate(figures(args.n_drones))]
    x0 = parameters_to_vector(pilot.parameters()).detach().numpy()
    es = cma.CMAEvolutionStrategy(x0, args.sigma0,
                                  {"popsize": args.popsize, "seed": args.seed, "CMA_diagonal": True})
    for it in range(args.iters):
        xs = es.ask()
        es.tell(xs, [cost_of(x, pilot, stages) for x in xs])
        if it % 10 == 0:
            es.disp()
    best = es.result.xbest
    print("final cost", cost_of(best, pilot, stages))
    torch.save(pilot.state_dict(), "formation_cma.pt")


if __name__ == "__main__":
    main(tyro.cli(Args))
