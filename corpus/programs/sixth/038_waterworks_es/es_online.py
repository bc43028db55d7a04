"""SNES directly on the running plant: each candidate steers it for an hour, then the next one takes over."""
import argparse

import torch
from evotorch import Problem, Solution
from evotorch.algorithms import SNES
from evotorch.logging import StdOutLogger
from evotorch.neuroevolution.net import count_parameters, fill_parameters
from torch import nn

from plant import Waterworks


class Dosing(nn.Module):
    def __init__(self, n_in=4, hid=12):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, hid)
        self.out = nn.Linear(hid, 2)

    def forward(self, x, h=None):
        h = self.rnn(x, h)
        return torch.sigmoid(self.out(h)) * torch.tensor([2.0, 1.5]), h


class LivePlant(Problem):
    def __init__(self, plant: Waterworks, minutes: int):
        self._plant = plant
        self._net = Dosing()
        self._minutes = minutes
        self._h = None
        super().__init__("min", solution_length=count_parameters(self._net),
                         initial_bounds=(-0.3, 0.3), dtype=torch.float32)

    @torch.no_grad()
    def _drive(self) -> float:
        cost = 0.0
        for _ in range(self._minutes):
            x = torch.tensor([self._plant.sense()])
            u, self._h = self._net(x, self._h)
            dose, pump = u[0].tolist()
            cost += self._plant.apply(dose, pump)
        return cost / self._minutes

    def _evaluate(self, solution: Solution):
        fill_parameters(self._net, solution.values)
        solution.set_evals(self._drive())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--days", type=int, default=30)
    ap.add_argument("--pop", type=int, default=24)
    ap.add_argument("--minutes", type=int, default=60)
    a = ap.parse_args()
    problem = LivePlant(Waterworks(4), a.minutes)
    search = SNES(problem, popsize=a.pop, stdev_init=0.2)
    StdOutLogger(search, interval=1)
    search.run(a.days * 1440 // (a.pop * a.minutes))
    torch.save(search.status["center"], "dosing_center.pt")


if __name__ == "__main__":
    main()
