# (1+lambda)-style evolution of a pitch controller, directly on the running plant
import json
import sys
import time

import torch
from torch import nn

from plant import TurbinePlant


class PitchController(nn.Module):
    def __init__(self, hidden=12):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(3, hidden)
        self.rate = nn.Linear(hidden, 1)

    def forward(self, s, h):
        h = self.gru(s, h)
        return 4.0 * torch.tanh(self.rate(h)), h


class Operator:
    """Keeps the controller connected to the plant."""

    def __init__(self, plant, controller):
        self.plant = plant
        self.controller = controller
        self.memory = torch.zeros(1, controller.hidden)

    @torch.no_grad()
    def operate(self, seconds):
        total, n = 0.0, int(seconds / self.plant.DT)
        for _ in range(n):
            s = torch.tensor([self.plant.sensors()])
            rate, self.memory = self.controller(s, self.memory)
            total += self.plant.advance(rate.item())
        return total / n


def flatten(net):
    return torch.cat([p.detach().reshape(-1) for p in net.parameters()])


def unflatten(vec, net):
    i = 0
    for p in net.parameters():
        n = p.numel()
        p.data = vec[i:i + n].view_as(p).clone()
        i += n


def main():
    cfg = {"lam": 12, "sigma": 0.1, "trial": 120.0, "generations": 300, "seed": 4, "out": "pitch.pt"}
    if len(sys.argv) > 1:
        with open(sys.argv[1]) as f:
            cfg.update(json.load(f))

    torch.manual_seed(cfg["seed"])
    plant = TurbinePlant(cfg["seed"])
    controller = PitchController()
    operator = Operator(plant, controller)

    mean = flatten(controller)
    sigma = torch.full_like(mean, cfg["sigma"])
    mu = cfg["lam"] // 3
    started = time.time()

    operator.operate(300.0)
    for g in range(cfg["generations"]):
        tried = []
        for _ in range(cfg["lam"]):
            candidate = mean + sigma * torch.randn_like(mean)
            unflatten(candidate, controller)
            tried.append((operator.operate(cfg["trial"]), candidate))
        tried.sort(key=lambda t: t[0], reverse=True)
        elite = torch.stack([c for _, c in tried[:mu]])
        mean = 0.7 * mean + 0.3 * elite.mean(0)
        sigma = (0.9 * sigma + 0.1 * elite.std(0)).clamp(min=0.01)
        print(f"gen {g} best {tried[0][0]:.4f} mean {sum(t[0] for t in tried) / len(tried):.4f} "
              f"sigma {sigma.mean():.4f} {time.time() - started:.0f}s")

    final = PitchController()
    unflatten(mean, final)
    torch.save(final.state_dict(), cfg["out"])


if __name__ == "__main__":
    main()
