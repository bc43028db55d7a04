"""Evolution strategy for a paraglider that has to find lift with nothing but its vario."""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Air:
    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.center = rng.uniform(-600, 600, (6, 2))
        self.strength = rng.uniform(1.0, 4.0, 6)
        self.radius = rng.uniform(60, 180, 6)

    def lift(self, pos):
        d2 = ((self.center - pos) ** 2).sum(axis=1)
        return float((self.strength * np.exp(-d2 / self.radius ** 2)).sum())


class Glider:
    def __init__(self, air):
        self.air = air
        self.pos = np.zeros(2)
        self.heading = 0.0
        self.bank = 0.0
        self.height = 500.0
        self.vario = -1.1

    def observation(self):
        return torch.tensor([[self.vario / 4, self.bank, self.height / 1000]], dtype=torch.float32)

    def step(self, brake, dt=1.0):
        self.bank += 0.3 * (float(np.clip(brake, -1, 1)) - self.bank)
        self.heading += 0.35 * self.bank * dt
        self.pos += 9.5 * dt * np.array([np.cos(self.heading), np.sin(self.heading)])
        sink = 1.1 + 0.5 * self.bank ** 2
        self.vario = self.air.lift(self.pos) - sink
        self.height += self.vario * dt
        return self.height > 0


class Brain(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.RNNCell(3, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.rnn(x, h)
        return torch.tanh(self.out(h)), h


def fly(brain, seed, seconds=600):
    glider = Glider(Air(seed))
    h = torch.zeros(1, brain.hidden)
    reached = glider.height
    for _ in range(seconds):
        brake, h = brain(glider.observation(), h)
        if not glider.step(brake.item()):
            break
        reached = max(reached, glider.height)
    return glider.height + 0.2 * reached


def ranks(x):
    r = np.empty(len(x))
    r[np.argsort(x)] = np.arange(len(x))
    return r / (len(x) - 1) - 0.5


@torch.no_grad()
def main():
    p = argparse.ArgumentParser()
    p.add_argument("--generations", type=int, default=500)
    p.add_argument("--pairs", type=int, default=32)
    p.add_argument("--sigma", type=float, default=0.08)
    p.add_argument("--lr", type=float, default=0.05)
    p.add_argument("--flights", type=int, default=4)
    p.add_argument("--out", default="paraglider.pt")
    args = p.parse_args()

    brain = Brain()
    mean = parameters_to_vector(brain.parameters()).clone()
    momentum = torch.zeros_like(mean)
    for gen in range(args.generations):
        noise = torch.randn(args.pairs, mean.numel())
        noise = torch.cat([noise, -noise])
        seeds = np.random.randint(1 << 30, size=args.flights)
        scores = []
        for eps in noise:
            vector_to_parameters(mean + args.sigma * eps, brain.parameters())
            scores.append(np.mean([fly(brain, s) for s in seeds]))
        weight = torch.tensor(ranks(np.array(scores)), dtype=torch.float32)
        grad = (weight[:, None] * noise).mean(dim=0) / args.sigma
        momentum = 0.9 * momentum + grad
        mean = mean + args.lr * momentum
        if gen % 10 == 0:
            vector_to_parameters(mean, brain.parameters())
            test = np.mean([fly(brain, s) for s in range(8)])
            print(f"gen {gen}: population {np.mean(scores):.0f} m, mean on the test days {test:.0f} m")
            torch.save(brain.state_dict(), args.out)


if __name__ == "__main__":
    main()
