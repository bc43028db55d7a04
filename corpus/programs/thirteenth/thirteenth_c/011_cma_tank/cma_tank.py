"""Tune a small LSTM level controller with CMA-ES directly on the (simulated) tank.

The tank cannot be emptied between candidates: every candidate takes over the plant where the last one left it.
"""
import math
import random

import cma
import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class TwinTank:
    def __init__(self, dt=1.0):
        self.dt = dt
        self.h1 = self.h2 = 0.5
        self.t = 0.0

    @property
    def setpoint(self):
        return 0.6 + 0.2 * math.copysign(1.0, math.sin(self.t / 240.0))

    def measure(self):
        return [self.h2 + random.gauss(0, 0.005), self.setpoint]

    def apply(self, pump):
        q12 = 0.02 * math.sqrt(max(self.h1, 0.0))
        out = 0.018 * math.sqrt(max(self.h2, 0.0)) * (1 + 0.2 * math.sin(self.t / 900.0))
        self.h1 = min(max(self.h1 + self.dt * (0.03 * pump - q12), 0.0), 1.5)
        self.h2 = min(max(self.h2 + self.dt * (q12 - out), 0.0), 1.5)
        self.t += self.dt
        return (self.h2 - self.setpoint) ** 2


class LevelController(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(2, hidden)
        self.out = nn.Linear(hidden, 1)
        self.reset()

    def reset(self):
        self.hx = torch.zeros(1, self.hidden)
        self.cx = torch.zeros(1, self.hidden)

    def use(self, x):
        vector_to_parameters(torch.as_tensor(x, dtype=torch.float32), self.parameters())
        self.reset()

    @torch.no_grad()
    def forward(self, y):
        self.hx, self.cx = self.cell(torch.tensor([y]), (self.hx, self.cx))
        return torch.sigmoid(self.out(self.hx)).item()


def run_for(plant, ctrl, seconds, settle=60):
    cost, last = 0.0, None
    for s in range(seconds):
        u = ctrl(plant.measure())
        err = plant.apply(u)
        if s >= settle:
            cost += err + (0.001 * (u - last) ** 2 if last is not None else 0.0)
        last = u
    return cost / (seconds - settle)


def main():
    torch.manual_seed(0)
    plant = TwinTank()
    ctrl = LevelController()
    x0 = parameters_to_vector(ctrl.parameters()).detach().numpy()
    es = cma.CMAEvolutionStrategy(x0, 0.4, {"popsize": 16, "maxiter": 200, "verb_disp": 0})
    while not es.stop():
        xs = es.ask()
        costs = []
        for x in xs:
            ctrl.use(x)
            costs.append(run_for(plant, ctrl, 600))
        es.tell(xs, costs)
        print(f"{es.countiter:4d}  best {min(costs):.5f}  median {np.median(costs):.5f}  plant time {plant.t / 3600:.1f} h")

    ctrl.use(es.result.xfavorite)
    print("one day with the mean solution:", run_for(plant, ctrl, 24 * 3600))
    torch.save(ctrl.state_dict(), "level_controller.pt")


if __name__ == "__main__":
    main()
