import argparse
import csv

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from rig import PumpRig


class LeakyController(nn.Module):
    """Small leaky-integrator network, keeps its own activity between calls."""

    def __init__(self, n_in=3, n_units=20, leak=0.2):
        super().__init__()
        self.w_in = nn.Linear(n_in, n_units)
        self.w_rec = nn.Linear(n_units, n_units, bias=False)
        self.w_out = nn.Linear(n_units, 1)
        self.leak = leak
        self.n_units = n_units
        self.activity = torch.zeros(n_units)

    def clear(self):
        self.activity = torch.zeros(self.n_units)

    def forward(self, x):
        drive = torch.tanh(self.w_in(x) + self.w_rec(self.activity))
        self.activity = (1 - self.leak) * self.activity + self.leak * drive
        return torch.sigmoid(self.w_out(self.activity))


def trial(rig, controller, theta, settle, ticks):
    """Put candidate `theta` on the running rig and measure it after a settling time."""
    vector_to_parameters(theta, controller.parameters())
    controller.clear()
    total = 0.0
    with torch.no_grad():
        for t in range(settle + ticks):
            pump = controller(torch.from_numpy(rig.sense())).item()
            r = rig.drive(pump)
            if t >= settle:
                total += r
    return total / ticks


def centered_ranks(x):
    ranks = np.empty(len(x))
    ranks[np.argsort(x)] = np.arange(len(x))
    return ranks / (len(x) - 1) - 0.5


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=100)
    ap.add_argument("--pairs", type=int, default=12)
    ap.add_argument("--sigma", type=float, default=0.08)
    ap.add_argument("--lr", type=float, default=0.1)
    ap.add_argument("--settle", type=int, default=60)
    ap.add_argument("--ticks", type=int, default=300)
    ap.add_argument("--log", default="pump_es.csv")
    args = ap.parse_args()

    torch.manual_seed(0)
    rig = PumpRig()
    controller = LeakyController()
    mean = parameters_to_vector(controller.parameters()).detach().clone()

    with open(args.log, "w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["generation", "mean_score", "centre_score"])
        for gen in range(args.generations):
            noise = torch.randn(args.pairs, mean.numel())
            noise = torch.cat([noise, -noise])
            scores = [trial(rig, controller, mean + args.sigma * e, args.settle, args.ticks) for e in noise]
            w = torch.from_numpy(centered_ranks(np.array(scores))).float()
            mean = mean + args.lr / (len(noise) * args.sigma) * (w @ noise)
            centre = trial(rig, controller, mean, args.settle, args.ticks)
            writer.writerow([gen, np.mean(scores), centre])
            f.flush()
            print(f"gen {gen:3d}  mean {np.mean(scores):.4f}  centre {centre:.4f}")

    vector_to_parameters(mean, controller.parameters())
    torch.save(controller.state_dict(), "pump_controller.pt")


if __name__ == "__main__":
    main()
