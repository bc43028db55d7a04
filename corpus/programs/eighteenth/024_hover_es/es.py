"""Evolution strategy that tunes the hover controller while the vehicle keeps flying."""
import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from quad import Quad2D


class HoverNet(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.gru = nn.GRUCell(5, hidden)
        self.out = nn.Linear(hidden, 2)
        self.hidden = hidden

    def forward(self, x, h):
        h = self.gru(x, h)
        return torch.sigmoid(self.out(h)), h


class Flight:
    def __init__(self, seed):
        self.quad = Quad2D(seed)
        self.net = HoverNet()
        self.h = torch.zeros(1, self.net.hidden)
        self.crashes = 0

    @torch.no_grad()
    def trial(self, theta, steps):
        """Flies `steps` steps with the parameters theta from wherever the vehicle is now."""
        vector_to_parameters(theta, self.net.parameters())
        score = 0.0
        for _ in range(steps):
            x = torch.from_numpy(self.quad.sense()).unsqueeze(0)
            u, self.h = self.net(x, self.h)
            score += self.quad.fly(*u[0].tolist())
            if self.quad.crashed:
                score -= 200.0
                self.crashes += 1
                self.quad.place()
                self.h = torch.zeros(1, self.net.hidden)
        return score / steps


def ranks(scores):
    r = np.empty(len(scores))
    r[np.argsort(scores)] = np.linspace(-0.5, 0.5, len(scores))
    return torch.tensor(r, dtype=torch.float32)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=500)
    ap.add_argument("--pairs", type=int, default=16)
    ap.add_argument("--steps", type=int, default=150)
    ap.add_argument("--sigma", type=float, default=0.03)
    ap.add_argument("--lr", type=float, default=0.05)
    ap.add_argument("--init", help="weights from the simulator")
    args = ap.parse_args()

    flight = Flight(seed=2)
    if args.init:
        flight.net.load_state_dict(torch.load(args.init))
    theta = parameters_to_vector(flight.net.parameters()).detach().clone()

    for gen in range(args.generations):
        noise = torch.randn(args.pairs, theta.numel())
        noise = torch.cat([noise, -noise])
        scores = [flight.trial(theta + args.sigma * e, args.steps) for e in noise]
        step = (ranks(scores).unsqueeze(1) * noise).mean(0) / args.sigma
        theta = theta + args.lr * args.sigma * step
        if gen % 10 == 0:
            print(f"gen {gen}: mean {np.mean(scores):.3f} best {np.max(scores):.3f} crashes {flight.crashes}")
    vector_to_parameters(theta, flight.net.parameters())
    torch.save(flight.net.state_dict(), "hover.pt")


if __name__ == "__main__":
    main()
